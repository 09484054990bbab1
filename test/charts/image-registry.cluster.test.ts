import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isArray, isObject, type JsonObject, textOf } from '../../src/core/json.ts';
import { objects } from './helm.ts';
import { valueAt } from './value-at.ts';

const VERSION = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

/** Every image that the chart's objects name: those of its own pods, and the one that hardened pods are given. */
async function images(values: JsonObject): Promise<ReadonlySet<string>> {
  const deployments = (await objects(values)).filter(({ kind }) => kind === 'Deployment');
  const found = deployments.flatMap((deployment) => {
    const containers = valueAt(deployment, 'spec', 'template', 'spec', 'containers');
    return (isArray(containers) ? containers : []).filter(isObject).flatMap(({ image, env }) => {
      const seed = (isArray(env) ? env : [])
        .filter(isObject)
        .find(({ name }) => name === 'ROOTLOCK_SEED_IMAGE');
      return [textOf(image), textOf(seed?.value)].filter((each) => each !== undefined);
    });
  });
  return new Set(found);
}

describe('global.imageRegistry', () => {
  test.each<{ what: string; values: JsonObject; want: readonly string[] }>([
    { what: 'changes nothing where it is empty', values: {}, want: [`ghcr.io/rootlock/rootlock:${VERSION}`] },
    {
      what: 'takes the place of the registry of every image',
      values: {
        global: { imageRegistry: 'registry.example.com:5000/hub' },
        config: { seedImage: 'docker.io/library/busybox:1.37' },
      },
      want: [
        `registry.example.com:5000/hub/rootlock/rootlock:${VERSION}`,
        'registry.example.com:5000/hub/library/busybox:1.37',
      ],
    },
    {
      what: 'stands before images that name no registry, and leaves tags and digests as they are',
      values: {
        global: { imageRegistry: 'localhost:5000', storageClass: 'of another chart' },
        image: { repository: 'team/rootlock', digest: `sha256:${'0'.repeat(64)}` },
        config: { seedImage: 'busybox:1.37' },
      },
      want: [`localhost:5000/team/rootlock@sha256:${'0'.repeat(64)}`, 'localhost:5000/busybox:1.37'],
    },
    {
      what: 'knows a registry by its port, and localhost by its name',
      values: {
        global: { imageRegistry: 'registry.example.com' },
        image: { repository: 'mirror:5000/rootlock', tag: '1' },
        config: { seedImage: 'localhost/busybox@sha256:1' },
      },
      want: ['registry.example.com/rootlock:1', 'registry.example.com/busybox@sha256:1'],
    },
  ])('$what', async ({ values, want }) => {
    expect(await images(values)).toEqual(new Set(want));
  });
});
