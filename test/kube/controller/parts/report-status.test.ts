import { expect, test } from '@jest/globals';
import type { Action } from '../../../../src/core/action.ts';
import { isObject, type JsonObject } from '../../../../src/core/json.ts';
import { type ObservedProfile, observeProfile } from '../../../../src/core/observed/observed-profile.ts';
import type { PodUsage } from '../../../../src/core/usage/pod-usage.ts';
import type { Cache, Change } from '../../../../src/kube/controller/cache.ts';
import type { ControllerContext } from '../../../../src/kube/controller/controller.ts';
import { indexBy } from '../../../../src/kube/controller/index-by.ts';
import { createKeyQueue } from '../../../../src/kube/controller/key-queue.ts';
import { reportStatus } from '../../../../src/kube/controller/parts/report-status.ts';
import { createUsageBook } from '../../../../src/kube/controller/usage-book.ts';

const HOUR = 3_600_000;

/** A cluster with one profile, whose status is what was last written: as the watch would bring it. */
function cluster() {
  let listener: (change: Change<ObservedProfile>) => void = () => undefined;
  let profile = read({});
  const cache = {
    get: (key: string) => (key === 'app' ? profile : undefined),
    entries: () => [['app', profile] as const],
    subscribe: (told: typeof listener) => {
      listener = told;
      return () => undefined;
    },
  } as unknown as Cache<ObservedProfile>;
  return {
    cache,
    write: (status: JsonObject) => {
      const before = profile;
      profile = read(status);
      listener({ key: 'app', before, after: profile });
    },
  };
}

function read(status: JsonObject): ObservedProfile {
  return observeProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: 'app', uid: 'app', generation: 1 },
    spec: { image: { repository: 'app' } },
    status,
  });
}

function usage(index: number): PodUsage {
  const container = {
    container: 'main',
    image: 'app',
    profiles: ['app'],
    hardened: true,
    because: '',
    missing: [],
  };
  return {
    key: `shop/${index}`,
    uid: String(index),
    namespace: 'shop',
    ownerKey: 'shop/ReplicaSet/web',
    created: 0,
    containers: [{ ...container, failing: false }],
  };
}

/** Plays hours in which a pod comes every so many milliseconds; the answer is when the status was written. */
async function play(until: number, everyMs: number): Promise<readonly number[]> {
  let now = 0;
  const clock = { now: () => now, random: () => 0.5, sleep: async () => undefined };
  const book = createUsageBook();
  const { cache, write } = cluster();
  const none = { ...cache, get: () => undefined, entries: () => [], subscribe: () => () => undefined };
  const writes: number[] = [];
  const perform = async (action: Action) => {
    if (action.kind !== 'apply-status' || !isObject(action.object.status)) throw new Error(action.kind);
    writes.push(now);
    write(action.object.status);
    return { kind: 'done' } as const;
  };
  const world = {
    clusterProfiles: cache,
    namespacedProfiles: none,
    profile: cache.get,
    rivals: indexBy({ subscribe: () => () => undefined }, () => []),
  };
  const settings = { namespacedExemptions: true };
  const context = { world, usage: book, perform, settings, clock, now: () => Date.UTC(2026, 0, 1) + now };
  const part = reportStatus(context as unknown as ControllerContext);
  const queue = createKeyQueue(() => '');
  part.watch((key, afterMs = 0) => queue.add(key, now + afterMs));
  book.complete();
  for (let pods = 1; now < until; ) {
    const key = queue.take(now);
    if (key !== undefined) {
      const looked = await part.reconcile(key);
      queue.done(key);
      if (looked.kind === 'again') queue.add(key, now + looked.afterMs);
      continue;
    }
    now = Math.min(queue.nextDue(), pods * everyMs, until);
    if (now === pods * everyMs) book.set(`shop/${pods}`, usage(pods++));
  }
  return writes;
}

test('a status is written once where nothing changes', async () => {
  expect(await play(24 * HOUR, Number.MAX_SAFE_INTEGER)).toHaveLength(1);
});

test('a status that changes every second is written every 30 s', async () => {
  const writes = await play(HOUR / 4, 1_000);
  const pauses = writes.slice(1).map((time, index) => time - (writes[index] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(30_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(31_000);
  expect(writes.length).toBeGreaterThan(HOUR / 4 / 31_000);
});
