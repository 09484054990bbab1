import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clusterAccess } from '../../src/kube/connect.ts';

/** Where client-node looks for `.kube/config`. */
const home = process.env.HOME;
let empty: string;

beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'rootlock-home-'));
  process.env.HOME = empty;
});
afterAll(() => {
  process.env.HOME = home;
  rmSync(empty, { recursive: true });
});

test('where the environment names no cluster, that is said, and what to do', async () => {
  await expect(clusterAccess({})).rejects.toThrow(
    'no cluster is configured: run this in a pod, or set KUBECONFIG',
  );
});

test('a kubeconfig that is no YAML is told without an excerpt of it, which may be a credential', async () => {
  const file = join(empty, 'config');
  writeFileSync(file, 'token: [secret');
  const failure = await clusterAccess({ KUBECONFIG: file }).catch((error: Error) => error.message);
  expect(failure).toMatch(/^the kubeconfig file \S+ is not YAML: .*$/);
  expect(failure).not.toContain('secret');
});
