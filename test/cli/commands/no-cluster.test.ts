import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { createFolder, runCli } from '../run-cli.ts';

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

test('a command about a cluster says what to do where none is configured', () => {
  const HOME = createFolder({});
  const ended = spawnSync(process.execPath, [CLI, 'scan'], { env: { HOME }, encoding: 'utf8' });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({
    status: 1,
    stderr: 'error: no cluster is configured: name a kubeconfig file with --kubeconfig, or set KUBECONFIG\n',
  });
});

test.each([
  {
    what: 'is not there',
    text: undefined,
    says: /^error: the kubeconfig file \S+ cannot be read: ENOENT.*\n$/,
  },
  { what: 'is no YAML', text: 'token: [secret', says: /^error: the kubeconfig file \S+ is not YAML: .*\n$/ },
  {
    what: 'names no cluster',
    text: 'kind: Config\n',
    says: /^error: no cluster is configured: the kubeconfig's current context names none\n$/,
  },
])('a kubeconfig that $what is told in one line', async ({ text, says }) => {
  const folder = createFolder(text === undefined ? {} : { config: text });
  const { exitCode, stderr } = await runCli(['scan', '--kubeconfig', join(folder, 'config')]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain('secret');
});
