import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inClusterAccess } from '../../src/kube/in-cluster.ts';

let folder: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rootlock-account-'));
  now = 0;
  write('first');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(token: string): void {
  writeFileSync(join(folder, 'token'), `${token}\n`);
  writeFileSync(join(folder, 'ca.crt'), 'an authority');
}

function access(host = '10.96.0.1') {
  return inClusterAccess({ host, port: '443', folder, now: () => now });
}

async function authorization(from: ReturnType<typeof access>): Promise<unknown> {
  const options: RequestOptions = { headers: { accept: 'application/json' } };
  await from.applyToHTTPSOptions(options);
  return options.headers;
}

test.each([
  { host: '10.96.0.1', server: 'https://10.96.0.1:443' },
  { host: 'fd00::1', server: 'https://[fd00::1]:443' },
])('the API server at $host is $server', ({ host, server }) => {
  expect(access(host).getCurrentCluster()).toEqual({ server });
});

test('requests carry the token of the service account beside their own headers', async () => {
  expect(await authorization(access())).toEqual({
    accept: 'application/json',
    authorization: 'Bearer first',
  });
});

test('a renewed token is used within a minute', async () => {
  const from = access();
  await authorization(from);
  write('second');
  now = 59_000;
  expect(await authorization(from)).toMatchObject({ authorization: 'Bearer first' });
  now = 61_000;
  expect(await authorization(from)).toMatchObject({ authorization: 'Bearer second' });
});

test('a pod without a service account is told which file is missing', async () => {
  rmSync(join(folder, 'token'));
  await expect(authorization(access())).rejects.toThrow(/ENOENT.*token/);
});
