import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** In a process of its own, since its settings are the environment. */
function start(server: 'webhook' | 'controller', env: Readonly<Record<string, string>>) {
  const { status, stderr } = spawnSync(process.execPath, [CLI, server], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, lines: stderr.trim().split('\n') };
}

test.each(['webhook', 'controller'] as const)(
  'the %s tells everything that is wrong with its settings at once, and ends with 2',
  (server) => {
    const { status, lines } = start(server, {
      ROOTLOCK_HTTPS_PORT: 'x',
      ROOTLOCK_CERTIFICATE_LIFETIME: '90',
      ROOTLOCK_TLS_KEY_FILE: '/tls.key',
      ROOTLOCK_PROT: '1',
    });
    expect(status).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^error: ROOTLOCK_HTTPS_PORT is "x"/),
      expect.stringMatching(/^error: ROOTLOCK_CERTIFICATE_LIFETIME is "90"/),
      expect.stringMatching(/^error: ROOTLOCK_PROT is "1", but there is no such setting/),
      expect.stringMatching(/^error: ROOTLOCK_TLS_CERT_FILE is not set/),
    ]);
  },
);

test.each([
  {
    server: 'webhook',
    what: 'certificate files that are not there',
    env: { ROOTLOCK_TLS_CERT_FILE: '/nowhere/tls.crt', ROOTLOCK_TLS_KEY_FILE: '/nowhere/tls.key' },
    says: 'ENOENT',
  },
  ...(['webhook', 'controller'] as const).map((server) => ({
    server,
    what: 'a kubeconfig that is not there',
    env: { KUBECONFIG: '/nowhere/config' },
    says: 'ENOENT',
  })),
] as const)('the $server ends with 1 and says why where it cannot start: $what', ({ server, env, says }) => {
  const { status, lines } = start(server, {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: '1',
    ROOTLOCK_LOG_FORMAT: 'json',
    ...env,
  });
  expect(status).toBe(1);
  expect(lines.at(-1)).toContain(`"msg":"the ${server} failed"`);
  expect(lines.at(-1)).toContain(says);
});
