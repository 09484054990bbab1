import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { givenProgram } from './binaries.ts';

const folder = mkdtempSync(join(tmpdir(), 'rootlock-binaries-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'etcd'), '', { mode: 0o755 });
writeFileSync(join(folder, 'kubectl'), 'no program', { mode: 0o644 });
const etcd = join(folder, 'etcd');

test.each([
  { name: 'nothing', environment: {}, found: undefined },
  { name: 'KUBEBUILDER_ASSETS', environment: { KUBEBUILDER_ASSETS: folder }, found: etcd },
  { name: 'TEST_ASSET_ETCD', environment: { TEST_ASSET_ETCD: etcd }, found: etcd },
  {
    name: 'TEST_ASSET_ETCD before KUBEBUILDER_ASSETS',
    environment: { TEST_ASSET_ETCD: process.execPath, KUBEBUILDER_ASSETS: folder },
    found: process.execPath,
  },
])('finds etcd by $name', async ({ environment, found }) => {
  expect(await givenProgram('etcd', environment)).toBe(found);
});

test('leaves a program that KUBEBUILDER_ASSETS does not hold to the cache', async () => {
  expect(await givenProgram('kubelet', { KUBEBUILDER_ASSETS: folder })).toBeUndefined();
});

test.each([
  { environment: { TEST_ASSET_KUBECTL: join(folder, 'kubectl') }, says: 'TEST_ASSET_KUBECTL is' },
  { environment: { KUBEBUILDER_ASSETS: join(folder, 'gone') }, says: 'which does not exist' },
])('says what is wrong with a setting: $says', async ({ environment, says }) => {
  await expect(givenProgram('kubectl', environment)).rejects.toThrow(says);
});
