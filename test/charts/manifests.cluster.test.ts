import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { DEPLOY_FOLDER, manifestFiles } from '../../scripts/manifests/generate.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { kubectl } from '../support/control-plane/binaries.ts';
import { startControlPlane } from '../support/control-plane/start.ts';
import { nameOf, objects, objectsIn } from './helm.ts';
import { runProgram } from './run-program.ts';

const INSTALL = fileURLToPath(new URL('install.yaml', DEPLOY_FOLDER));
const KUSTOMIZE = fileURLToPath(new URL('kustomize/', DEPLOY_FOLDER));

describe('deploy/', () => {
  test('holds what `npm run manifests` makes of the chart, and nothing else', async () => {
    const onDisk = readdirSync(DEPLOY_FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(fileURLToPath(DEPLOY_FOLDER), join(parentPath, name)));
    const made = await manifestFiles();
    expect(onDisk.toSorted()).toEqual([...made.keys()].toSorted());
    for (const [path, text] of made) {
      expect(readFileSync(new URL(path, DEPLOY_FOLDER), 'utf8')).toBe(text);
    }
  });

  test('has the objects of the chart and the namespace, with nothing of Helm about them', async () => {
    const install = objectsIn(readFileSync(INSTALL, 'utf8'));
    const names = (await objects()).map(nameOf);
    expect(sorted(install.map(nameOf))).toEqual(sorted([...names, 'Namespace/rootlock-system']));
    expect(readFileSync(INSTALL, 'utf8')).not.toMatch(/helm/i);
  });

  test('gives Kustomize what install.yaml has', async () => {
    const { code, stdout, stderr } = await runProgram(await kubectl(), ['kustomize', KUSTOMIZE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(byName(objectsIn(stdout))).toEqual(byName(objectsIn(readFileSync(INSTALL, 'utf8'))));
  });
});

test.each([
  { how: 'kubectl apply -f', what: ['--filename', INSTALL] },
  { how: 'kubectl apply --server-side -f', what: ['--server-side', '--filename', INSTALL] },
  { how: 'kubectl apply -k', what: ['--kustomize', KUSTOMIZE] },
])('$how installs all in an empty cluster, and finds no difference then', async ({ what }) => {
  const cluster = await startControlPlane();
  try {
    const run = async (...args: readonly string[]) =>
      runProgram(await kubectl(), args, { kubeconfig: cluster.kubeconfig() });
    const well = { code: 0, stderr: '', stdout: expect.any(String) };
    expect(await run('apply', ...what)).toEqual(well);
    // Before, their status changes under the eyes of diff.
    const wait = ['--for=condition=Established', '--timeout=120s', 'customresourcedefinitions', '--all'];
    expect(await run('wait', ...wait)).toEqual(well);
    expect(await run('diff', ...what)).toEqual({ code: 0, stderr: '', stdout: '' });
  } finally {
    await cluster.stop();
  }
});

function sorted(names: readonly string[]): string[] {
  return names.toSorted();
}

function byName(all: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(all.map((object): [string, JsonObject] => [nameOf(object), object]).toSorted());
}
