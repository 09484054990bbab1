import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isArray, isObject, type JsonObject } from '../../../../src/core/json.ts';
import { type ControlPlane, startControlPlane } from '../../../support/control-plane/start.ts';
import { installCrds } from '../../../support/install-crds.ts';
import { until } from '../../../support/until.ts';
import { startKubelet } from '../fake-kubelet.ts';
import { installReports } from '../install-reports.ts';
import {
  CLUSTER_PROFILES,
  eventsAbout,
  list,
  make,
  merge,
  profileObject,
  profilesPath,
  read,
  statusOf,
  untilEventsAbout,
} from '../objects.ts';
import {
  type ControllerSetup,
  controllerHome,
  type RunningController,
  startController,
} from '../running-controller.ts';

let cluster: ControlPlane;
let controller: RunningController;
let setup: ControllerSetup;

beforeAll(async () => {
  cluster = await startControlPlane({ controllers: true });
  await installCrds(cluster);
  await make(cluster, '/api/v1/nodes', { metadata: { name: 'one' } });
  await merge(cluster, '/api/v1/nodes/one/status', {
    status: {
      nodeInfo: {
        operatingSystem: 'linux',
        containerRuntimeVersion: 'containerd://2.1.4',
        kubeletVersion: 'v1.35.0',
      },
    },
  });
  await installReports(cluster);
  setup = {
    cluster,
    home: await controllerHome(cluster),
    // Five seconds.
    config: { forgetAfterDays: 5 / 86_400 },
  };
  controller = await startController(setup);
}, 120_000);
afterAll(async () => {
  await controller.stop();
  await cluster.stop();
});

const ENFORCE = { 'rootlock.dev/mode': 'enforce' };

function pod(name: string, image: string, container: JsonObject = {}): JsonObject {
  return { metadata: { name }, spec: { containers: [{ name: 'app', image, ...container }] } };
}

function conditionsOf(profile: JsonObject | undefined): Record<string, JsonObject> {
  const conditions = statusOf(profile).conditions;
  const all = isArray(conditions) ? conditions.filter(isObject) : [];
  return Object.fromEntries(all.map((condition) => [String(condition.type), condition]));
}

async function untilStatus(
  path: string,
  holds: (profile: JsonObject | undefined) => boolean,
  withinMs: number,
) {
  let last: JsonObject | undefined;
  await until(async () => {
    last = await read(cluster, path);
    return holds(last);
  }, withinMs).catch((error: Error) => {
    throw new Error(`${error.message}\n${JSON.stringify(last?.status, null, 1)}`);
  });
}

describe('the status of a profile', () => {
  test('counts the pods it is for, and says which of them run without it', async () => {
    const namespace = await cluster.freshNamespace(ENFORCE);
    const path = `${CLUSTER_PROFILES}/counted`;
    await make(
      cluster,
      CLUSTER_PROFILES,
      profileObject('counted', { image: { repository: 'counted' }, paths: [{ path: '/data' }] }),
    );
    const hardened = {
      securityContext: { readOnlyRootFilesystem: true },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await make(cluster, pods, pod('missed', 'counted:1'));
    await make(cluster, pods, {
      metadata: { name: 'hardened' },
      spec: {
        containers: [{ name: 'app', image: 'counted:2', ...hardened }],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
    });
    await make(cluster, pods, pod('unknown', 'nobody-knows:1'));
    await untilStatus(
      path,
      (profile) => JSON.stringify(statusOf(profile).matched) === '{"failing":0,"hardened":1,"pods":2}',
      45_000,
    );
    const profile = await read(cluster, path);
    expect(statusOf(profile)).toMatchObject({ observedGeneration: 1, paths: 1 });
    expect(conditionsOf(profile)).toMatchObject({
      Ready: { status: 'True', reason: 'Counts', observedGeneration: 1 },
      RolledOut: { status: 'False', reason: 'PodsMissed', message: expect.stringContaining('1 ') },
    });
    expect(Date.parse(String(statusOf(profile).lastUsed))).toBeGreaterThan(Date.now() - 120_000);
    for (const line of [
      `rootlock_pods{namespace="${namespace}",hardened="true",reason=""} 1`,
      `rootlock_pods{namespace="${namespace}",hardened="false",reason="unknown-image"} 1`,
      new RegExp(`rootlock_missed_pods{namespace="${namespace}",reason="[a-z-]+"} 1`),
    ]) {
      // The last of the pods may have come after the status was written.
      await until(async () => (await controller.metrics()).search(line) >= 0, 45_000);
    }
  }, 90_000);

  test('is not written while nothing changes', async () => {
    const namespace = await cluster.freshNamespace(ENFORCE);
    const path = `${CLUSTER_PROFILES}/calm`;
    await make(cluster, CLUSTER_PROFILES, profileObject('calm', { image: { repository: 'calm' } }));
    await make(cluster, `/api/v1/namespaces/${namespace}/pods`, pod('calm', 'calm'));
    await untilStatus(
      path,
      (profile) => JSON.stringify(statusOf(profile).matched)?.includes('"pods":1') === true,
      45_000,
    );
    const writes = () => controller.proxy.count({ verb: 'patch', path: `${path}/status` });
    const before = writes();
    // Longer than it pauses between two writes.
    await sleep(4_000);
    expect(writes()).toBe(before);
  }, 90_000);

  test('knows that the nodes give an image its VOLUME, as the webhook does', async () => {
    const namespace = await cluster.freshNamespace(ENFORCE);
    const spec = {
      image: { repository: 'volumes' },
      paths: [{ path: '/data' }],
      facts: { volumes: ['/data'] },
    };
    await make(cluster, CLUSTER_PROFILES, profileObject('volumes', spec));
    const hardened = { securityContext: { readOnlyRootFilesystem: true } };
    await make(cluster, `/api/v1/namespaces/${namespace}/pods`, pod('volumes', 'volumes', hardened));
    await untilStatus(
      `${CLUSTER_PROFILES}/volumes`,
      (profile) => JSON.stringify(statusOf(profile).matched)?.includes('"hardened":1') === true,
      45_000,
    );
    expect(conditionsOf(await read(cluster, `${CLUSTER_PROFILES}/volumes`)).RolledOut).toBeUndefined();
  }, 90_000);

  test('names the profile that says otherwise of the same images', async () => {
    const image = { repository: 'docker.io/library/disputed' };
    const paths = [{ path: '/data', class: 'Data' }];
    await make(cluster, CLUSTER_PROFILES, profileObject('disputed-a', { image, paths }));
    await make(
      cluster,
      CLUSTER_PROFILES,
      profileObject('disputed-b', { image: { repository: 'disputed' }, paths: [{ path: '/data' }] }),
    );
    await untilStatus(
      `${CLUSTER_PROFILES}/disputed-b`,
      (profile) => String(conditionsOf(profile).Conflicting?.message).includes('disputed-a'),
      45_000,
    );
    await cluster.request({ method: 'DELETE', path: `${CLUSTER_PROFILES}/disputed-a` });
    await untilStatus(
      `${CLUSTER_PROFILES}/disputed-b`,
      (profile) => conditionsOf(profile).Conflicting === undefined,
      45_000,
    );
  }, 120_000);

  test('says why a profile does not count', async () => {
    const tags = '>=99999999999999999999.0.0';
    await make(cluster, CLUSTER_PROFILES, profileObject('odd', { image: { repository: 'odd', tags } }));
    await untilStatus(
      `${CLUSTER_PROFILES}/odd`,
      (profile) => conditionsOf(profile).Ready?.reason === 'Malformed',
      45_000,
    );
    const profile = await read(cluster, `${CLUSTER_PROFILES}/odd`);
    expect(String(conditionsOf(profile).Ready?.message)).toContain('spec.image.tags');
  }, 60_000);
});

describe('what admission missed', () => {
  test('is told to the owner of the pods within 60 s, with what would change and what to do, and not again by the next leader', async () => {
    const namespace = await cluster.freshNamespace();
    await make(
      cluster,
      CLUSTER_PROFILES,
      profileObject('told', { image: { repository: 'told' }, paths: [{ path: '/var/cache/told' }] }),
    );
    await make(cluster, `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment('told', 'told:1', 3));
    const kubelet = startKubelet(cluster, namespace);
    await until(
      async () => (await list(cluster, `/api/v1/namespaces/${namespace}/pods`)).length === 3,
      60_000,
    );
    // Times are to the second: the pods are to be of an earlier one.
    await sleep(1_100);
    await merge(cluster, `/api/v1/namespaces/${namespace}`, { metadata: { labels: ENFORCE } });
    const missed = { name: 'told', namespace, reason: 'MissedByAdmission' };
    await untilEventsAbout(cluster, missed);
    await sleep(3_000);
    const events = await eventsAbout(cluster, missed);
    expect(events).toMatchObject([
      {
        type: 'Warning',
        action: 'before-opt-in',
        regarding: { kind: 'Deployment', name: 'told', namespace },
        reportingController: 'rootlock.dev/controller',
      },
    ]);
    expect(String(events[0]?.note)).toContain('/var/cache/told');
    expect(String(events[0]?.note)).toContain('kubectl rollout restart deployment/told');

    await controller.stop();
    controller = await startController(setup);
    const { proxy } = controller;
    const path = new RegExp(`/namespaces/${namespace}/events`);
    await until(() => proxy.count({ verb: 'get', path }) > 0, 60_000);
    await until(
      async () => /rootlock_events_total{outcome="repeated"} [1-9]/.test(await controller.metrics()),
      60_000,
    );
    expect(proxy.count({ verb: ['create', 'patch'], path })).toBe(0);
    await kubelet.stop();
  }, 150_000);
});

describe('a policy report', () => {
  test('tells of each pod of a namespace, and is gone with the last of them', async () => {
    const namespace = await cluster.freshNamespace(ENFORCE);
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    await make(cluster, pods, pod('one', 'nobody-knows:1'));
    const path = `/apis/wgpolicyk8s.io/v1alpha2/namespaces/${namespace}/policyreports/rootlock`;
    await until(async () => JSON.stringify(await read(cluster, path))?.includes('"unknown-image"'), 60_000);
    const report = await read(cluster, path);
    expect(report).toMatchObject({
      summary: { pass: 0, fail: 0, warn: 1, error: 0, skip: 0 },
      scope: { kind: 'Namespace', name: namespace },
      results: [
        { source: 'rootlock', policy: 'read-only-root', result: 'warn', resources: [{ name: 'one' }] },
      ],
    });
    await cluster.request({ method: 'DELETE', path: `${pods}/one` });
    await until(async () => (await read(cluster, path)) === undefined, 60_000);
  }, 150_000);
});

describe('a learned profile', () => {
  const learned = (namespace: string) => ({ namespace, labels: { 'rootlock.dev/source': 'learned' } });

  test('that has expired as an exemption is removed; a person’s is not', async () => {
    const namespace = await cluster.freshNamespace(ENFORCE);
    const spec = {
      image: { repository: 'expired' },
      action: 'Exempt',
      reason: 'a test',
      expires: new Date(Date.now() + 3_600_000).toISOString(),
    };
    await make(cluster, profilesPath(namespace), profileObject('learned', spec, learned(namespace)));
    await make(cluster, profilesPath(namespace), profileObject('person', spec, { namespace }));
    await untilStatus(
      `${profilesPath(namespace)}/learned`,
      (profile) => conditionsOf(profile).Unhardenable?.status === 'True',
      45_000,
    );
    const expires = new Date(Date.now() + 3_000).toISOString();
    for (const name of ['learned', 'person'])
      await merge(cluster, `${profilesPath(namespace)}/${name}`, { spec: { expires } });
    await until(async () => !(await read(cluster, `${profilesPath(namespace)}/learned`)), 60_000);
    await untilStatus(
      `${profilesPath(namespace)}/person`,
      (profile) => conditionsOf(profile).Ready?.reason === 'Expired',
      45_000,
    );
    expect(await untilEventsAbout(cluster, { name: 'learned' })).toMatchObject([
      { reason: 'ProfileForgotten' },
    ]);
  }, 240_000);

  test('that nothing has used for as long as the installation says is removed; one that a pod uses is not', async () => {
    const namespace = await cluster.freshNamespace(ENFORCE);
    const path = profilesPath(namespace);
    await make(cluster, `/api/v1/namespaces/${namespace}/pods`, pod('used', 'used'));
    for (const name of ['used', 'unused'])
      await make(cluster, path, profileObject(name, { image: { repository: name } }, learned(namespace)));
    await until(async () => !(await read(cluster, `${path}/unused`)), 60_000);
    expect(await untilEventsAbout(cluster, { name: 'unused' })).toMatchObject([
      { reason: 'ProfileForgotten' },
    ]);
    expect(await read(cluster, `${path}/used`)).toBeDefined();
  }, 90_000);
});

function deployment(name: string, image: string, replicas: number): JsonObject {
  const labels = { app: name };
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
    },
  };
}
