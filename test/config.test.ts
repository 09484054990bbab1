import { describe, expect, test } from '@jest/globals';
import { type Config, type Environment, readConfig } from '../src/config.ts';
import { SETTINGS } from '../src/settings.ts';

function configOf(environment: Environment): Config {
  const read = readConfig(environment);
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.config;
}

function problemsOf(environment: Environment): readonly string[] {
  const read = readConfig(environment);
  return read.kind === 'problems' ? read.problems.map(({ message }) => message) : [];
}

describe('readConfig', () => {
  test('takes the defaults where nothing is set, or set to nothing', () => {
    const empty = Object.fromEntries(Object.values(SETTINGS).map(({ variable }) => [variable, ' ']));
    expect(configOf({ PATH: '/bin' })).toEqual(configOf(empty));
    expect(configOf({})).toMatchObject({
      port: 8443,
      onError: 'admit',
      logLevel: 'info',
      maxBodyBytes: 7_340_032,
      podAnnotations: true,
      mirrors: [],
    });
  });

  test.each<{ environment: Environment; config: Partial<Config> }>([
    { environment: { ROOTLOCK_HTTPS_PORT: '0' }, config: { port: 0 } },
    { environment: { ROOTLOCK_HTTPS_HOST: ' ::1 ' }, config: { host: '::1' } },
    { environment: { ROOTLOCK_ON_ERROR: 'deny' }, config: { onError: 'deny' } },
    { environment: { ROOTLOCK_LOG_LEVEL: 'debug' }, config: { logLevel: 'debug' } },
    { environment: { ROOTLOCK_POD_ANNOTATIONS: 'false' }, config: { podAnnotations: false } },
    { environment: { ROOTLOCK_MAX_BODY: '512Ki' }, config: { maxBodyBytes: 524_288 } },
    {
      environment: { ROOTLOCK_MAX_BODY: '1Gi', ROOTLOCK_MAX_BUFFERED: '1Gi' },
      config: { maxBodyBytes: 1_073_741_824, maxBufferedBytes: 1_073_741_824 },
    },
    { environment: { ROOTLOCK_MAX_BODY: '3000000' }, config: { maxBodyBytes: 3_000_000 } },
    { environment: { ROOTLOCK_TLS_MIN_VERSION: 'TLSv1.3' }, config: { tlsMinVersion: 'TLSv1.3' } },
    { environment: { ROOTLOCK_CERTIFICATE_LIFETIME: '12h' }, config: { certificateLifetime: 43_200 } },
    { environment: { ROOTLOCK_CERTIFICATE_LIFETIME: '30s' }, config: { certificateLifetime: 30 } },
    {
      environment: { ROOTLOCK_CLIENT_CA_FILE: '/ca.pem', ROOTLOCK_CLIENT_NAMES: 'kube-apiserver, other,' },
      config: { clientCaFile: '/ca.pem', clientNames: ['kube-apiserver', 'other'] },
    },
    {
      environment: { ROOTLOCK_MIRRORS: 'registry.example.com/hub=docker.io,m.example.com:5000=ghcr.io' },
      config: {
        mirrors: [
          { prefix: 'registry.example.com/hub', target: 'docker.io' },
          { prefix: 'm.example.com:5000', target: 'ghcr.io' },
        ],
      },
    },
    {
      environment: { ROOTLOCK_MIRRORS: 'Registry.Example.com/hub=index.docker.io' },
      config: { mirrors: [{ prefix: 'registry.example.com/hub', target: 'docker.io' }] },
    },
    {
      environment: { ROOTLOCK_SEED_IMAGE: 'registry.example.com/tools/busybox:1.37' },
      config: { seedImage: 'registry.example.com/tools/busybox:1.37' },
    },
    {
      environment: { ROOTLOCK_TLS_CERT_FILE: '/tls.crt', ROOTLOCK_TLS_KEY_FILE: '/tls.key' },
      config: { tlsCertFile: '/tls.crt', tlsKeyFile: '/tls.key' },
    },
  ])('reads $environment', ({ environment, config }) => {
    expect(configOf(environment)).toEqual({ ...configOf({}), ...config });
  });

  test.each<{ environment: Environment; says: string }>([
    { environment: { ROOTLOCK_HTTPS_PORT: '65536' }, says: 'a whole number from 0 to 65535' },
    { environment: { ROOTLOCK_HTTPS_PORT: '-1' }, says: 'ROOTLOCK_HTTPS_PORT is "-1"' },
    { environment: { ROOTLOCK_HTTPS_PORT: '8e3' }, says: 'a whole number' },
    { environment: { ROOTLOCK_HTTPS_PORT: '0x50' }, says: 'a whole number' },
    { environment: { ROOTLOCK_LOG_LEVEL: 'INFO' }, says: 'one of debug, info, warn, error' },
    { environment: { ROOTLOCK_ON_ERROR: 'fail' }, says: 'one of admit, deny' },
    { environment: { ROOTLOCK_EMPTYDIR_MODE: 'yes' }, says: 'true or false' },
    { environment: { ROOTLOCK_MAX_BODY: '7MB' }, says: 'like 7Mi' },
    { environment: { ROOTLOCK_MAX_BODY: '1' }, says: 'from 1Ki to 1Gi' },
    { environment: { ROOTLOCK_MAX_BODY: '2Gi' }, says: 'from 1Ki to 1Gi' },
    { environment: { ROOTLOCK_CERTIFICATE_LIFETIME: '90' }, says: 'like 30s, 90m, 12h or 90d' },
    { environment: { ROOTLOCK_CERTIFICATE_LIFETIME: '0s' }, says: 'a time like' },
    { environment: { ROOTLOCK_CERTIFICATE_LIFETIME: '11y' }, says: 'up to 10 years' },
    { environment: { ROOTLOCK_MIRRORS: 'registry.example.com' }, says: 'mirror=original pairs' },
    { environment: { ROOTLOCK_MIRRORS: 'a=b=c' }, says: 'mirror=original pairs' },
    {
      environment: { ROOTLOCK_MIRRORS: 'm.example.com=ghcr.io,https://registry.example.com=docker.io' },
      says: 'mirror=original pairs',
    },
    {
      environment: { ROOTLOCK_MIRRORS: 'registry.example.com/hub/=docker.io' },
      says: 'mirror=original pairs',
    },
    { environment: { ROOTLOCK_SEED_IMAGE: 'https://example.com/busybox' }, says: 'it takes an image' },
    { environment: { ROOTLOCK_TLS_CERT_FILE: '/x' }, says: 'ROOTLOCK_TLS_KEY_FILE is not set' },
    { environment: { ROOTLOCK_TLS_KEY_FILE: '/x' }, says: 'ROOTLOCK_TLS_CERT_FILE is not set' },
    { environment: { ROOTLOCK_CLIENT_NAMES: 'x' }, says: 'ROOTLOCK_CLIENT_CA_FILE is not set' },
    {
      environment: { ROOTLOCK_MAX_BUFFERED: '1Mi' },
      says: 'ROOTLOCK_MAX_BUFFERED is less than ROOTLOCK_MAX_BODY, so that a large review would never be read',
    },
    { environment: { ROOTLOCK_LOGLEVEL: 'info' }, says: 'there is no such setting' },
  ])('refuses $environment and says what it takes', ({ environment, says }) => {
    const problems = problemsOf(environment);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });

  test('tells all problems at once', () => {
    const problems = problemsOf({
      ROOTLOCK_HTTPS_PORT: 'x',
      ROOTLOCK_ON_ERROR: 'y',
      ROOTLOCK_TLS_KEY_FILE: '/z',
      ROOTLOCK_PROT: '1',
    });
    expect(problems).toHaveLength(4);
  });

  test('does not mind what Kubernetes sets for a Service called rootlock', () => {
    expect(
      problemsOf({
        ROOTLOCK_PORT: 'tcp://10.96.0.5:443',
        ROOTLOCK_SERVICE_HOST: '10.96.0.5',
        ROOTLOCK_SERVICE_PORT: '443',
        ROOTLOCK_SERVICE_PORT_HTTPS: '443',
        ROOTLOCK_PORT_443_TCP: 'tcp://10.96.0.5:443',
        ROOTLOCK_PORT_443_TCP_ADDR: '10.96.0.5',
        ROOTLOCK_WEBHOOK_SERVICE_HOST: '10.96.0.6',
      }),
    ).toEqual([]);
  });
});

describe('the settings', () => {
  test.each(Object.values(SETTINGS))('$variable says what it is about and what it takes', (row) => {
    expect(row.variable).toMatch(/^ROOTLOCK_[A-Z_]+$/);
    expect(row.about).toMatch(/^[A-Z].*\.$/);
    expect(row.takes).not.toBe('');
  });

  test('have names of their own', () => {
    const names = Object.values(SETTINGS).map(({ variable }) => variable);
    expect(new Set(names).size).toBe(names.length);
  });
});
