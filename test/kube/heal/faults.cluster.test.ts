import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordsOf } from '../../../src/core/healing/patient.ts';
import { isArray, isObject, type JsonObject } from '../../../src/core/json.ts';
import { observePod } from '../../../src/core/observed/observed-pod.ts';
import { type ControllerProcess, startController } from '../../e2e/programs/installed.ts';
import { type FaultProxy, startFaultProxy } from '../../support/control-plane/fault-proxy.ts';
import type { Match } from '../../support/control-plane/faults.ts';
import { type ControlPlane, startControlPlane } from '../../support/control-plane/start.ts';
import { waitUntil } from '../../support/control-plane/wait-until.ts';
import { controllerHome, type Home } from '../controller/running-controller.ts';
import { type Installation, install } from '../installation.ts';
import type { WebhookProcess } from '../webhook-process.ts';
import { type FakeNode, startFakeNode } from './fake-node.ts';

const IMAGE = 'registry.example.com/team/shop:1';
const NODE = 'fake';
/** Two places, one after the other: two rounds, three pods. */
const PLACES = ['/srv/one', '/opt/two'];
const LEARNED = ['/opt/two', '/run', '/srv/one', '/tmp', '/var/tmp'];

let cluster: ControlPlane;
let node: FakeNode;
let installation: Installation;
let webhook: WebhookProcess;

beforeAll(async () => {
  cluster = await startControlPlane({ controllers: true });
  node = await startFakeNode(cluster, NODE, ({ mounts, readOnly }) => {
    const missing = PLACES.find((place) => readOnly && !mounts.includes(place));
    return missing === undefined
      ? { log: 'works' }
      : { log: `open ${missing}/file: read-only file system`, exitCode: 1 };
  });
  installation = await install(cluster);
  webhook = await installation.start();
  await webhook.ready();
  // The catalog is shipped once, so that each controller below begins with healing.
  const first = await controllerFor(await controllerHome(cluster));
  await waitUntil('the catalog', async () => first.log().includes('built-in catalog in place') || undefined, {
    seconds: 120,
    saw: first.log,
  });
  await first.stop();
}, 240_000);

afterAll(async () => {
  await node.stop();
  await webhook.stop();
  await cluster.stop();
});

async function controllerFor({ namespace, token }: Home, server?: string): Promise<ControllerProcess> {
  return startController(cluster, { namespace, token, env: {}, ...(server !== undefined && { server }) });
}

async function workload(): Promise<string> {
  const namespace = await installation.optedIn({ 'rootlock.dev/unknown-images': 'scratch' });
  const labels = { app: 'web' };
  const spec = {
    nodeName: NODE,
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: IMAGE }],
  };
  const answer = await cluster.request({
    method: 'POST',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    body: {
      metadata: { name: 'web' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
  });
  expect(answer.status).toBe(201);
  return namespace;
}

async function listAt(path: string): Promise<readonly JsonObject[]> {
  const { body } = await cluster.request({ path });
  return isObject(body) && isArray(body.items) ? body.items.filter(isObject) : [];
}

/** The paths of the profile, once the one pod of the workload runs with them. */
async function healedPaths(namespace: string, saw: () => string): Promise<readonly string[]> {
  await waitUntil(
    'the workload to run',
    async () => {
      const pods = (await listAt(`/api/v1/namespaces/${namespace}/pods`)).map(observePod);
      const [pod, ...others] = pods.filter(({ deleting }) => !deleting);
      const settled = pod !== undefined && others.length === 0 && pod.ready && recordsOf(pod).has('main');
      return settled || undefined;
    },
    { seconds: 90, saw },
  );
  const [profile, ...others] = await listAt(
    `/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`,
  );
  expect(others).toEqual([]);
  const paths =
    isObject(profile?.spec) && isArray(profile.spec.paths) ? profile.spec.paths.filter(isObject) : [];
  return paths.map(({ path }) => String(path)).toSorted();
}

/** The writes of a heal, in their order. */
const WRITES: readonly { readonly what: string; readonly match: Match }[] = [
  { what: 'the profile', match: { verb: 'patch', path: /writablepathprofiles\/[^/]+$/ } },
  { what: 'its status', match: { verb: 'patch', path: /writablepathprofiles\/[^/]+\/status$/ } },
  { what: 'the event', match: { verb: 'create', path: /events$/ } },
  { what: 'the eviction', match: { verb: 'create', path: /eviction$/ } },
];

describe('a controller that is killed in the middle of a heal', () => {
  const cases = WRITES.flatMap(({ what, match }) => [
    { when: 'before', what, match },
    { when: 'after', what, match },
  ]);

  test.each(cases)(
    'leaves nothing half-done: killed $when it writes $what',
    async ({ when, match }) => {
      const proxy = await startFaultProxy(cluster);
      const killed = await controllerFor(await controllerHome(cluster), proxy.url);
      await waitUntil('it leads', async () => killed.log().includes('"leading"') || undefined, {
        saw: killed.log,
      });
      if (when === 'before') proxy.inject({ kind: 'cut' }, match);
      const namespace = await workload();
      await reached(proxy, match, when);
      killed.signal('KILL');
      proxy.heal();
      const next = await controllerFor(await controllerHome(cluster));
      expect(await healedPaths(namespace, next.log)).toEqual(LEARNED);
      expect(node.podsSeen(namespace)).toBe(PLACES.length + 1);
      await next.stop();
      await killed.stop();
      await proxy.stop();
    },
    120_000,
  );
});

/** Before: the request has come, and goes no farther. After: it has been answered. */
async function reached(proxy: FaultProxy, match: Match, when: string): Promise<void> {
  const about = (path: string) => !path.includes('cluster') && !path.includes('/default/');
  await waitUntil('the write', async () => {
    const seen = proxy.requests(match).filter(({ path }) => about(path));
    return seen.some(({ status }) => when === 'before' || (status ?? 0) >= 200) || undefined;
  });
}

test('two controllers at once, which both believe that they lead, evict no pod twice', async () => {
  const both = await Promise.all(
    [controllerHome(cluster), controllerHome(cluster)].map(async (home) => controllerFor(await home)),
  );
  for (const { log } of both)
    await waitUntil('it leads', async () => log().includes('"leading"') || undefined, { saw: log });
  const namespace = await workload();
  expect(await healedPaths(namespace, () => both.map(({ log }) => log()).join('\n'))).toEqual(LEARNED);
  expect(node.podsSeen(namespace)).toBe(PLACES.length + 1);
  for (const controller of both) await controller.stop();
}, 120_000);

test('a heal goes on after the API server was away for a minute', async () => {
  const proxy = await startFaultProxy(cluster);
  const controller = await controllerFor(await controllerHome(cluster), proxy.url);
  await waitUntil('it leads', async () => controller.log().includes('"leading"') || undefined, {
    saw: controller.log,
  });
  const namespace = await workload();
  await waitUntil(
    'the first write',
    async () => proxy.count({ verb: 'patch', path: /\/writablepathprofiles\// }) > 0 || undefined,
  );
  await proxy.refuse();
  proxy.cut();
  await sleep(60_000);
  await proxy.accept();
  expect(await healedPaths(namespace, controller.log)).toEqual(LEARNED);
  await controller.stop();
  await proxy.stop();
}, 240_000);
