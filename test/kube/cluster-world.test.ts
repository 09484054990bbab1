import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/core/json.ts';
import type { Api } from '../../src/kube/api.ts';
import { systemClock } from '../../src/kube/clock.ts';
import { createClusterWorld } from '../../src/kube/cluster-world.ts';
import { silentLog } from '../support/silent-log.ts';

const PROFILES = '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles';

/** An API server that lists nothing, and whose watches bring what the test sends. */
function startWorld() {
  const watches = new Map<string, PassThrough>();
  const api: Api = {
    now: Date.now,
    text: async () => '',
    json: async () => ({ metadata: { resourceVersion: '1' }, items: [] }),
    open: async ({ path }) => {
      const stream = new PassThrough();
      watches.set(path, stream);
      // A stream of text, of which nothing but that is used.
      return stream as unknown as IncomingMessage;
    },
  };
  const world = createClusterWorld({
    api,
    builtin: [],
    catalog: { mirrors: [], namespacedExemptions: true },
    clock: systemClock,
    log: silentLog,
  });
  const stop = new AbortController();
  const running = world.run(stop.signal);
  return {
    world,
    /** Sends an object, and waits for the change that it makes. */
    async send(path: string, object: JsonObject) {
      const change = world.nextChange(60_000);
      watches.get(path)?.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
      await change;
    },
    async stop() {
      stop.abort();
      for (const stream of watches.values()) stream.destroy();
      await running;
    },
  };
}

test.each<{ what: string; path: string; objects: readonly [JsonObject, JsonObject] }>([
  {
    what: 'a label of a namespace',
    path: '/api/v1/namespaces',
    objects: [namespace('enforce'), namespace('off')],
  },
  { what: 'a profile', path: PROFILES, objects: [profile(1, '/tmp'), profile(2, '/run')] },
])('a change of $what is another revision', async ({ path, objects }) => {
  const { world, send, stop } = startWorld();
  while (!world.synced()) await world.nextChange(100);
  const revisions = [world.revision()];
  for (const object of objects) {
    await send(path, object);
    revisions.push(world.revision());
  }
  await stop();
  expect(new Set(revisions).size).toBe(3);
});

function namespace(mode: string): JsonObject {
  return { metadata: { name: 'shop', resourceVersion: '2', labels: { 'rootlock.dev/mode': mode } } };
}

function profile(generation: number, path: string): JsonObject {
  return {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: 'nginx', resourceVersion: '2', generation },
    spec: { image: { repository: 'nginx' }, paths: [{ path }] },
  };
}
