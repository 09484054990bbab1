import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { recordsOf } from '../../../src/core/healing/patient.ts';
import { isArray, isObject, type JsonObject } from '../../../src/core/json.ts';
import { observePod } from '../../../src/core/observed/observed-pod.ts';
import { type ControllerProcess, startController } from '../../e2e/programs/installed.ts';
import { startFaultProxy } from '../../support/control-plane/fault-proxy.ts';
import type { Match } from '../../support/control-plane/faults.ts';
import { type ControlPlane, startControlPlane } from '../../support/control-plane/start.ts';
import { waitUntil } from '../../support/control-plane/wait-until.ts';
import { controllerHome, type Home } from '../controller/running-controller.ts';
import type { Installation } from '../installation.ts';
import { installTrusted } from '../trust.ts';
import type { WebhookProcess } from '../webhook-process.ts';
import { type FakeNode, startFakeNode } from './fake-node.ts';
import { KINDS, makeWorkload, type WorkloadKind } from './workloads.ts';

const NODE = 'fake';
/** Where the program writes, one after the other, by its tag: each costs a round, and a pod. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  one: ['/srv/one'],
  two: ['/srv/one', '/opt/two'],
};
const SCRATCH = ['/run', '/tmp', '/var/tmp'];
const KNOWN_IMAGE = 'registry.example.com/team/job:two';

function imageOf(places: 'one' | 'two'): string {
  return `registry.example.com/team/shop:${places}`;
}

let cluster: ControlPlane;
let node: FakeNode;
let installation: Installation;
let webhook: WebhookProcess;
/** Also those that a test which failed has left. */
const started = new Set<ControllerProcess>();

beforeAll(async () => {
  cluster = await startControlPlane({ controllers: true });
  node = await startFakeNode(cluster, NODE, ({ image, mounts, readOnly }) => {
    const places = PLACES[image.split(':').at(-1) ?? ''] ?? [];
    const missing = places.find((place) => readOnly && !mounts.includes(place));
    return missing === undefined
      ? { log: 'works' }
      : { log: `open ${missing}/file: read-only file system`, exitCode: 1 };
  });
  ({ installation, webhook } = await installTrusted(cluster));
  await makeKnown();
  // The catalog is shipped once, so that each controller below begins with healing.
  const first = await controllerFor(await controllerHome(cluster));
  await waitUntil('the catalog', async () => first.log().includes('built-in catalog in place') || undefined, {
    seconds: 300,
    saw: first.log,
  });
  await first.stop();
}, 600_000);

afterEach(async () => {
  await Promise.all([...started].map((controller) => controller.stop()));
});

afterAll(async () => {
  await node.stop();
  await webhook.stop();
  await cluster.stop();
});

async function controllerFor({ namespace, token }: Home, server?: string): Promise<ControllerProcess> {
  const at = server === undefined ? {} : { server };
  const controller = startController(cluster, { namespace, token, env: {}, ...at });
  const own = {
    ...controller,
    stop: async () => {
      if (started.delete(own)) await controller.stop();
    },
  };
  started.add(own);
  return own;
}

async function workload(places: 'one' | 'two', kind: WorkloadKind = 'Deployment'): Promise<string> {
  const namespace = await installation.optedIn({ 'rootlock.dev/unknown-images': 'scratch' });
  const image = runsToEnd(kind) ? KNOWN_IMAGE : imageOf(places);
  await makeWorkload(cluster, kind, { namespace, image, node: NODE });
  return namespace;
}

function runsToEnd(kind: WorkloadKind): boolean {
  return kind === 'Job' || kind === 'CronJob';
}

/** Pods of a Job are hardened only where something is known of their image. */
async function makeKnown(): Promise<void> {
  const answer = await cluster.request({
    method: 'POST',
    path: '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles',
    body: {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'ClusterWritablePathProfile',
      metadata: { name: 'known' },
      spec: { image: { repository: KNOWN_IMAGE.replace(/:.*/, '') }, paths: [{ path: '/tmp' }] },
    },
  });
  if (answer.status !== 201) throw new Error(`making a profile: ${answer.status} ${answer.text}`);
}

async function listAt(path: string): Promise<readonly JsonObject[]> {
  const { body } = await cluster.request({ path });
  return isObject(body) && isArray(body.items) ? body.items.filter(isObject) : [];
}

type Expected = { readonly places: 'one' | 'two'; readonly saw: () => string };

/** The one pod of the workload runs, hardened, with what was learned, and no pod was replaced without need. */
async function untilHealed(namespace: string, { places, saw }: Expected): Promise<void> {
  const written = PLACES[places] ?? [];
  const [pod] = await waitUntil(
    'the workload to run',
    async () => {
      const pods = (await listAt(`/api/v1/namespaces/${namespace}/pods`)).map(observePod);
      const present = pods.filter(({ deleting, phase }) => !deleting && phase !== 'Failed');
      const settled = present.length === 1 && present.every(({ ready }) => ready);
      return settled ? present : undefined;
    },
    { seconds: 150, saw },
  );
  const wanted = [...written, ...SCRATCH].toSorted();
  expect(pod && recordsOf(pod).get('main')?.paths.toSorted()).toEqual(wanted);
  const profiles = await listAt(`/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`);
  expect(profiles.map(pathsOf)).toEqual([wanted]);
  expect(node.podsSeen(namespace)).toBe(written.length + 1);
}

/** It has failed once, hardened; the next pod is not, and what the first one lacked is known. */
async function untilUnhardened(namespace: string, saw: () => string): Promise<void> {
  await waitUntil(
    'an unhardened pod that runs',
    async () => {
      const pods = (await listAt(`/api/v1/namespaces/${namespace}/pods`)).map(observePod);
      return pods.some((pod) => pod.ready && recordsOf(pod).size === 0) || undefined;
    },
    { seconds: 150, saw },
  );
  const profiles = await listAt(`/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`);
  expect(profiles.map(pathsOf).toSorted()).toEqual([[], ['/srv/one']]);
  expect(node.podsSeen(namespace)).toBe(2);
}

function pathsOf({ spec }: JsonObject): readonly string[] {
  const paths = isObject(spec) && isArray(spec.paths) ? spec.paths.filter(isObject) : [];
  return paths.map(({ path }) => String(path)).toSorted();
}

async function untilLeading({ log }: ControllerProcess): Promise<void> {
  await waitUntil('it leads', async () => log().includes('"leading"') || undefined, {
    seconds: 90,
    saw: log,
  });
}

test('two controllers at once, which both believe that they lead, heal workloads of every kind, and evict no pod twice', async () => {
  const both = await Promise.all(
    [controllerHome(cluster), controllerHome(cluster)].map(async (home) => controllerFor(await home)),
  );
  await Promise.all(both.map(untilLeading));
  const kinds = Object.keys(KINDS) as WorkloadKind[];
  const namespaces = await Promise.all(kinds.map((kind) => workload('two', kind)));
  const saw = () => both.map(({ log }) => log()).join('\n');
  await Promise.all(
    namespaces.map((namespace, index) =>
      runsToEnd(kinds[index] ?? 'Deployment')
        ? untilUnhardened(namespace, saw)
        : untilHealed(namespace, { places: 'two', saw }),
    ),
  );
  for (const controller of both) await controller.stop();
}, 360_000);

/** The writes of a heal, in their order. */
const WRITES = {
  profile: { verb: 'patch', path: /\/writablepathprofiles\/[^/]+$/ },
  status: { verb: 'patch', path: /\/writablepathprofiles\/[^/]+\/status$/ },
  event: { verb: 'create', path: /\/namespaces\/(?!default\/)[^/]+\/events$/ },
  eviction: { verb: 'create', path: /\/eviction$/ },
} as const satisfies Record<string, Match>;

describe('a controller that is killed in the middle of a heal leaves nothing half-done', () => {
  test('before each write that the next one asks for again, one controller after the other, and after the last', async () => {
    const namespace = await workload('one');
    for (const write of ['profile', 'status', 'eviction'] as const) await killed('before', WRITES[write]);
    await killed('after', WRITES.eviction);
    await finishes(namespace);
  }, 360_000);

  test('before it tells of what it has written', async () => {
    const namespace = await workload('one');
    await killed('before', WRITES.event);
    await finishes(namespace);
  }, 360_000);
});

/** Runs a controller and kills it. Before: the request has come, and goes no farther. After: it has been answered. */
async function killed(when: 'before' | 'after', match: Match): Promise<void> {
  const proxy = await startFaultProxy(cluster);
  if (when === 'before') proxy.inject({ kind: 'cut' }, match);
  const controller = await controllerFor(await controllerHome(cluster), proxy.url);
  const reached = ({ status = 0 }: { readonly status?: number | undefined }) =>
    when === 'before' || status >= 200;
  await waitUntil('the write', async () => proxy.requests(match).some(reached) || undefined, {
    seconds: 120,
    saw: controller.log,
  });
  controller.signal('KILL');
  await controller.stop();
  await proxy.stop();
}

async function finishes(namespace: string): Promise<void> {
  const controller = await controllerFor(await controllerHome(cluster));
  await untilHealed(namespace, { places: 'one', saw: controller.log });
  await controller.stop();
}

test('a heal goes on after the API server was away for longer than a lease lasts', async () => {
  const proxy = await startFaultProxy(cluster);
  const controller = await controllerFor(await controllerHome(cluster), proxy.url);
  await untilLeading(controller);
  const namespace = await workload('two');
  await waitUntil(
    'the first write',
    async () => proxy.count({ verb: 'patch', path: /\/writablepathprofiles\// }) > 0 || undefined,
  );
  await proxy.refuse();
  proxy.cut();
  await waitUntil(
    'the lease to be lost',
    async () => controller.log().includes('"no longer leading"') || undefined,
    { seconds: 90, saw: controller.log },
  );
  await proxy.accept();
  await untilHealed(namespace, { places: 'two', saw: controller.log });
  await controller.stop();
  await proxy.stop();
}, 360_000);
