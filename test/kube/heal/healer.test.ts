import { PassThrough } from 'node:stream';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { Action } from '../../../src/core/action.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { isObject, type JsonObject } from '../../../src/core/json.ts';
import { type ObservedNamespace, observeNamespace } from '../../../src/core/observed/observed-namespace.ts';
import type { ObservedPod } from '../../../src/core/observed/observed-pod.ts';
import type { ObservedProfile } from '../../../src/core/observed/observed-profile.ts';
import { type Api, ApiError } from '../../../src/kube/api.ts';
import { systemClock } from '../../../src/kube/clock.ts';
import type { Controller } from '../../../src/kube/controller/controller.ts';
import { indexBy } from '../../../src/kube/controller/index-by.ts';
import { healWorkloads } from '../../../src/kube/heal/healer.ts';
import { NOW, podWith, running } from '../../core/healing/observed.ts';
import { silentLog } from '../../support/silent-log.ts';
import { until } from '../../support/until.ts';
import { toldCache } from './told-cache.ts';

const SETTINGS = { attempts: 10, exemptMs: 3_600_000, logsPerSecond: 1_000, logBytes: 65_536 };
const HARDENED = { record: { profiles: [], paths: ['/tmp'] }, status: running(90) };
const NAMED = 'open /srv/app/state: read-only file system\n';

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => stop.abort());

/** A healer whose pod went while it was listened to: what it says from now on are its last words. */
async function withPodThatWent() {
  const follow = new PassThrough();
  const healer = healerOf({ follow: () => follow });
  healer.pod(HARDENED);
  await healer.comeUp();
  healer.pod({ ...HARDENED, deleting: true });
  healer.pod(undefined);
  return { healer, follow };
}

/** The healer of a cluster with one namespace, `shop`; its keys come up when the test says so. */
function healerOf(answers: {
  readonly log?: () => Promise<string>;
  readonly follow?: () => PassThrough;
  readonly refuses?: (action: Action) => boolean;
}) {
  const namespaces = toldCache<ObservedNamespace>();
  const pods = toldCache<ObservedPod>();
  const namespacedProfiles = toldCache<ObservedProfile>();
  const done: Action[] = [];
  const logsRead: string[] = [];
  const enqueued: string[] = [];
  const world = {
    namespaces,
    pods,
    podsIn: indexBy(pods, ({ namespace }) => [namespace]),
    clusterProfiles: toldCache<ObservedProfile>(),
    namespacedProfiles,
    profilesIn: indexBy(namespacedProfiles, ({ reference }) => [reference.namespace ?? '']),
    profile: () => undefined,
    catalog: () => compileCatalog([], { mirrors: [], namespacedExemptions: true }),
  };
  const reads: Partial<Api> = {
    json: async () => ({ items: [] }),
    text: async ({ path }) => {
      logsRead.push(path);
      return (await answers.log?.()) ?? '';
    },
    open: async () => (answers.follow?.() ?? new PassThrough().end()) as never,
  };
  const context = {
    world,
    reads,
    perform: async (action: Action) => {
      if (answers.refuses?.(action)) throw new ApiError('it is refused', 422, 'Invalid', undefined);
      done.push(action);
      return { kind: 'done' };
    },
    metrics: { registry: new Registry() },
    clock: systemClock,
    now: () => NOW,
    log: silentLog,
    stop: stop.signal,
  };
  const healer: Controller = healWorkloads(context as never, SETTINGS);
  healer.watch((key) => enqueued.push(key));
  const label = (heal: 'auto' | 'off', terminating = false) =>
    namespaces.set('shop', observeNamespace(namespace(heal, terminating)));
  const pod = (given: Parameters<typeof podWith>[0] | undefined) =>
    pods.set(`shop/${given?.name ?? 'app-1'}`, given && podWith(given));
  label('auto');
  return { label, pod, pods, done, logsRead, enqueued, comeUp: () => healer.reconcile('shop') };
}

function namespace(heal: 'auto' | 'off', terminating: boolean): JsonObject {
  return {
    metadata: {
      name: 'shop',
      labels: {
        'rootlock.dev/mode': 'enforce',
        'rootlock.dev/unknown-images': 'scratch',
        'rootlock.dev/heal': heal,
      },
      ...(terminating && { deletionTimestamp: '2026-11-23T09:00:00Z' }),
    },
  };
}

/** The paths of the profiles that were written. */
function pathsIn(done: readonly Action[]): readonly unknown[] {
  return done.flatMap((action) => {
    const spec = action.kind === 'apply' && isObject(action.object.spec) ? action.object.spec : {};
    return Array.isArray(spec.paths) ? spec.paths.map(({ path }) => path) : [];
  });
}

test('what a log told is kept while its pod is there', async () => {
  const { pod, comeUp, logsRead } = healerOf({});
  pod(HARDENED);
  await comeUp();
  await comeUp();
  expect(logsRead.length).toBe(1);
});

test.each<{ what: string; gone: (healer: ReturnType<typeof healerOf>) => void }>([
  { what: 'with its namespace', gone: ({ label }) => label('auto', true) },
  { what: 'while nobody heals its namespace', gone: ({ label }) => label('off') },
])('what a log told is forgotten where its pod goes $what', async ({ gone }) => {
  const healer = healerOf({});
  healer.pod(HARDENED);
  await healer.comeUp();
  gone(healer);
  healer.pod(undefined);
  await healer.comeUp();
  healer.label('auto');
  healer.pod(HARDENED);
  await healer.comeUp();
  expect(healer.logsRead.length).toBe(2);
});

test('what a log told is forgotten where its pod goes while it is read', async () => {
  const healer = healerOf({
    log: async () => {
      healer.pod(undefined);
      return '';
    },
  });
  healer.pod(HARDENED);
  await healer.comeUp();
  healer.pod(HARDENED);
  await healer.comeUp();
  expect(healer.logsRead.length).toBe(2);
});

test('what a log told is forgotten where its pod goes while it is listened to, and says nothing more', async () => {
  const { healer, follow } = await withPodThatWent();
  follow.end();
  await until(() => follow.closed, 10_000);
  // Until whoever reads it has seen the end, too.
  await immediate();
  await healer.comeUp();
  healer.pod(HARDENED);
  await healer.comeUp();
  expect(healer.logsRead.length).toBe(2);
});

test('what a pod said last is learned, though it is gone by then and no other pod fails', async () => {
  const { healer, follow } = await withPodThatWent();
  const before = healer.enqueued.length;
  follow.end(NAMED);
  await until(async () => healer.enqueued.length > before, 10_000);
  await healer.comeUp();
  expect(pathsIn(healer.done)).toContain('/srv/app');
});

test('nothing is done in a namespace that nobody heals any more once its logs are read', async () => {
  const healer = healerOf({
    log: async () => {
      healer.label('off');
      return NAMED;
    },
  });
  healer.pod(HARDENED);
  await healer.comeUp();
  expect(healer.done).toEqual([]);
  healer.label('auto');
  await healer.comeUp();
  expect(pathsIn(healer.done)).toContain('/srv/app');
});

test('what the API server refuses of one image keeps no other image waiting', async () => {
  const healer = healerOf({
    log: async () => NAMED,
    refuses: (action) => action.kind === 'apply' && JSON.stringify(action.object).includes('team/app'),
  });
  healer.pod(HARDENED);
  healer.pod({ ...HARDENED, name: 'b', owner: 'b-1', container: { image: 'registry.example.com/team/b:1' } });
  await healer.comeUp();
  expect(healer.done).toContainEqual(
    expect.objectContaining({
      kind: 'apply',
      object: expect.objectContaining({
        metadata: expect.objectContaining({ name: 'registry-example-com-team-b' }),
      }),
    }),
  );
  healer.pods.set('shop/b', undefined);
  await expect(healer.comeUp()).rejects.toThrow('it is refused');
});
