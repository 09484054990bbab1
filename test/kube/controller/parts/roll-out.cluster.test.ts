import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isArray, isObject, type JsonObject, textOf } from '../../../../src/core/json.ts';
import { ROLLOUT_ANNOTATION } from '../../../../src/core/rollout/owner.ts';
import { type ControlPlane, startControlPlane } from '../../../support/control-plane/start.ts';
import { installCrds } from '../../../support/install-crds.ts';
import { until } from '../../../support/until.ts';
import { type Fate, startKubelet } from '../fake-kubelet.ts';
import {
  CLUSTER_PROFILES,
  eventsAbout,
  list,
  make,
  merge,
  metadataOf,
  profileObject,
  read,
  statusOf,
} from '../objects.ts';
import { registerWebhook } from '../registered-webhook.ts';
import { controllerHome, type RunningController, startController } from '../running-controller.ts';

let cluster: ControlPlane;
let home: Awaited<ReturnType<typeof controllerHome>>;
let controller: RunningController;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  cluster = await startControlPlane({ controllers: true });
  await installCrds(cluster);
  await make(
    cluster,
    CLUSTER_PROFILES,
    profileObject('app', { image: { repository: 'app' }, paths: [{ path: '/data' }] }),
  );
  home = await controllerHome(cluster);
  controller = await startController({ cluster, home });
}, 120_000);
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  await controller.stop();
  await cluster.stop();
});

const AUTO = { 'rootlock.dev/mode': 'enforce', 'rootlock.dev/rollout': 'auto' };

/** A namespace with pods that were made before it opted in. */
async function namespaceWith(owners: readonly Owner[], fateOf?: (pod: JsonObject) => Fate) {
  const namespace = await cluster.freshNamespace();
  const kubelet = startKubelet(cluster, namespace, fateOf);
  ends.push(kubelet.stop);
  for (const { kind, name, more = {}, template = {} } of owners) {
    const labels = { app: name };
    await make(cluster, `/apis/apps/v1/namespaces/${namespace}/${kind}`, {
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'app', image: 'app:1' }], ...template },
        },
        ...more,
      },
    });
  }
  await until(async () => {
    const pods = await podsOf(namespace);
    return pods.length === 2 * owners.length && pods.every(isReady);
  }, 90_000);
  return namespace;
}

type Owner = {
  readonly kind: 'deployments' | 'statefulsets' | 'replicasets';
  readonly name: string;
  readonly more?: JsonObject;
  readonly template?: JsonObject;
};

async function optIn(namespace: string): Promise<void> {
  // Times are to the second: what is of the same one counts as before.
  await sleep(1_100);
  const webhook = await registerWebhook(cluster, namespace);
  ends.push(webhook.stop);
  await merge(cluster, `/api/v1/namespaces/${namespace}`, { metadata: { labels: AUTO } });
}

function podsOf(namespace: string): Promise<readonly JsonObject[]> {
  return list(cluster, `/api/v1/namespaces/${namespace}/pods`);
}

function isReady(pod: JsonObject): boolean {
  const conditions = isObject(pod.status) && isArray(pod.status.conditions) ? pod.status.conditions : [];
  return conditions.some((each) => isObject(each) && each.type === 'Ready' && each.status === 'True');
}

function isHardened(pod: JsonObject): boolean {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const containers = isArray(spec.containers) ? spec.containers.filter(isObject) : [];
  return containers.every(
    ({ securityContext }) => isObject(securityContext) && securityContext.readOnlyRootFilesystem === true,
  );
}

/** Each owner has two: one that was evicted is missing for a moment. */
async function allHardened(namespace: string, owners: number): Promise<boolean> {
  const pods = await podsOf(namespace);
  return pods.length === 2 * owners && pods.every((pod) => isHardened(pod) && isReady(pod));
}

const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

async function restartedOwners(namespace: string, kind: Owner['kind']): Promise<readonly string[]> {
  return ownersWhere(namespace, kind, ({ spec }) => JSON.stringify(spec).includes(RESTARTED));
}

async function rollingOut(namespace: string, kind: Owner['kind']): Promise<readonly string[]> {
  return ownersWhere(namespace, kind, (owner) => JSON.stringify(owner).includes(ROLLOUT_ANNOTATION));
}

async function ownersWhere(
  namespace: string,
  kind: Owner['kind'],
  condition: (owner: JsonObject) => boolean,
): Promise<readonly string[]> {
  const owners = await list(cluster, `/apis/apps/v1/namespaces/${namespace}/${kind}`);
  return owners.filter(condition).map((owner) => String(metadataOf(owner).name));
}

async function reasonsAbout(namespace: string, name: string): Promise<readonly unknown[]> {
  const events = await eventsAbout(cluster, { name, namespace });
  return events.map(({ reason }) => reason).filter((reason) => textOf(reason)?.startsWith('Rollout'));
}

describe('rollout: auto', () => {
  test('restarts one owner after the other, until all pods are hardened', async () => {
    const namespace = await namespaceWith([
      { kind: 'deployments', name: 'one' },
      { kind: 'statefulsets', name: 'two', more: { serviceName: 'two' } },
      { kind: 'deployments', name: 'three' },
    ]);
    await optIn(namespace);
    const together: number[] = [];
    await until(async () => {
      // Two kinds are not read at the same time: a Deployment counts that is in the middle of it before and after.
      const before = await rollingOut(namespace, 'deployments');
      const statefulSets = await rollingOut(namespace, 'statefulsets');
      const after = await rollingOut(namespace, 'deployments');
      together.push(statefulSets.length + before.filter((name) => after.includes(name)).length);
      const over = [before, statefulSets, after].every(({ length }) => length === 0);
      return over && (await allHardened(namespace, 3));
    }, 120_000);
    expect(Math.max(...together)).toBe(1);
    for (const name of ['one', 'two', 'three']) {
      // Told after the deed is done.
      await until(async () => (await reasonsAbout(namespace, name)).includes('RolloutDone'), 30_000);
      expect(await reasonsAbout(namespace, name)).toEqual(['RolloutRestarted', 'RolloutDone']);
    }
  }, 180_000);

  test('evicts the pods of an owner without a template one by one, and waits for a PodDisruptionBudget', async () => {
    const namespace = await namespaceWith([{ kind: 'replicasets', name: 'bare' }]);
    const budgets = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    await make(cluster, budgets, {
      metadata: { name: 'bare' },
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'bare' } } },
    });
    await until(async () => 'observedGeneration' in statusOf(await read(cluster, `${budgets}/bare`)), 60_000);
    await optIn(namespace);
    await until(async () => (await reasonsAbout(namespace, 'bare')).includes('RolloutWaits'), 60_000);
    expect((await podsOf(namespace)).filter(isHardened)).toEqual([]);
    await cluster.request({ method: 'DELETE', path: `${budgets}/bare` });
    await until(() => allHardened(namespace, 1), 120_000);
  }, 240_000);

  test('hardens a StatefulSet on both sides of its partition, and leaves it to a person who gets the new template', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
    const namespace = await namespaceWith([
      { kind: 'statefulsets', name: 'parts', more: { serviceName: 'parts', updateStrategy } },
    ]);
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/parts`;
    await merge(cluster, path, { spec: { template: { metadata: { annotations: { release: 'new' } } } } });
    const releases = async () => {
      const pods = (await podsOf(namespace)).filter(isReady).map(metadataOf);
      return pods.map(({ name, annotations }) => [
        name,
        isObject(annotations) ? annotations.release : undefined,
      ]);
    };
    const apart = [
      ['parts-0', undefined],
      ['parts-1', 'new'],
    ];
    await until(async () => JSON.stringify(await releases()) === JSON.stringify(apart), 60_000);
    await optIn(namespace);
    await until(() => allHardened(namespace, 1), 120_000);
    expect(await releases()).toEqual(apart);
    expect(await restartedOwners(namespace, 'statefulsets')).toEqual([]);
  }, 240_000);

  test('stops at the first owner whose new pods fail, and says so', async () => {
    const namespace = await namespaceWith(
      [
        { kind: 'deployments', name: 'a-fails' },
        { kind: 'deployments', name: 'b-waits' },
      ],
      (pod) => (isHardened(pod) && String(metadataOf(pod).name).startsWith('a-fails') ? 'crashes' : 'runs'),
    );
    await optIn(namespace);
    await until(async () => (await reasonsAbout(namespace, 'a-fails')).includes('RolloutStopped'), 60_000);
    // Long enough for it to have gone on, had it not stopped.
    await sleep(3_000);
    expect(await restartedOwners(namespace, 'deployments')).toEqual(['a-fails']);
    expect(
      (await podsOf(namespace)).filter((pod) => !isHardened(pod) && isReady(pod)).length,
    ).toBeGreaterThan(2);
  }, 180_000);

  test('goes on where the leader before was stopped in the middle of it', async () => {
    let ready = false;
    const namespace = await namespaceWith(
      [
        { kind: 'deployments', name: 'first' },
        { kind: 'deployments', name: 'second' },
      ],
      (pod) => (isHardened(pod) && !ready ? 'starts' : 'runs'),
    );
    await optIn(namespace);
    await until(async () => (await restartedOwners(namespace, 'deployments')).length === 1, 60_000);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/first`;
    const before = metadataOf(await read(cluster, path)).generation;
    await controller.stop();
    controller = await startController({ cluster, home });
    await sleep(3_000);
    expect(await restartedOwners(namespace, 'deployments')).toEqual(['first']);
    expect(metadataOf(await read(cluster, path)).generation).toBe(before);
    ready = true;
    await until(() => allHardened(namespace, 2), 120_000);
    expect((await restartedOwners(namespace, 'deployments')).toSorted()).toEqual(['first', 'second']);
  }, 240_000);
});
