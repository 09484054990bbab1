import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ControlPlane, startControlPlane } from '../support/control-plane/start.ts';
import { until } from '../support/until.ts';
import { type Installation, install } from './installation.ts';
import { createPod, hardening } from './pods.ts';
import { create } from './rbac.ts';
import { startLoad } from './review-load.ts';
import { installTrusted, trustedBy, untilTrusted } from './trust.ts';
import type { WebhookProcess } from './webhook-process.ts';

const OUTAGE_MS = 60_000;
/** Half a minute between two tries at most, and what a busy machine takes besides. */
const RECOVERY_MS = 90_000;
const IMAGE = 'registry.example.com/team/app';

let cluster: ControlPlane;
let installation: Installation;
let webhook: WebhookProcess;
let namespace: string;
beforeAll(async () => {
  cluster = await startControlPlane();
  ({ installation, webhook } = await installTrusted(cluster));
  namespace = await installation.optedIn();
  await profile('kept', `${IMAGE}-kept`);
  await untilHardened(`${IMAGE}-kept`);
}, 120_000);
afterAll(async () => {
  await webhook?.stop();
  await cluster?.stop();
});

async function profile(name: string, repository: string, paths: unknown = [{ path: '/var/lib/app' }]) {
  await create(cluster, `/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`, {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: { name },
    spec: { image: { repository }, paths },
  });
}

function untilHardened(image: string): Promise<void> {
  return until(async () => {
    const answer = await createPod(cluster, namespace, { image, dryRun: true });
    return hardening(answer).readOnly === true;
  }, RECOVERY_MS);
}

describe('the webhook', () => {
  test('goes on with what it knows while the API server is away for a minute, and is right again soon after', async () => {
    const authorities = await trustedBy(cluster, installation);
    const before = failedWatches();
    await cluster.stopApiServer();
    const load = startLoad({
      namespace,
      image: `${IMAGE}-kept`,
      perSecond: 10,
      endpoints: () => [webhook.port],
      authorities: () => authorities,
    });
    const began = performance.now();
    await sleep(OUTAGE_MS);
    const { sent, failures } = await load.stop();
    const seconds = (performance.now() - began) / 1000;
    const tries = failedWatches() - before;
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(500);
    expect(await webhook.get('/readyz')).toMatchObject({ status: 200 });
    expect(await webhook.metric('rootlock_watch_staleness_seconds')).toBeGreaterThan(30);
    // All its watches together.
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThanOrEqual(seconds);

    await cluster.startApiServer();
    await profile('after-outage', `${IMAGE}-after-outage`);
    await untilHardened(`${IMAGE}-after-outage`);
  }, 300_000);

  test.each([
    { what: 'the API server', restart: () => cluster.restartApiServer() },
    { what: 'etcd', restart: () => cluster.restartEtcd() },
  ])(
    'works on after $what was restarted',
    async ({ what, restart }) => {
      await restart();
      const name = `after-${what.replaceAll(' ', '-').toLowerCase()}`;
      await until(
        () =>
          profile(name, `${IMAGE}-${name}`).then(
            () => true,
            () => false,
          ),
        RECOVERY_MS,
      );
      await untilHardened(`${IMAGE}-${name}`);
    },
    300_000,
  );

  test('leaves out a profile that it cannot read, says so, and takes the others', async () => {
    await loosenCrd();
    await until(
      () =>
        profile('strange', IMAGE, 'no list').then(
          () => true,
          () => false,
        ),
      RECOVERY_MS,
    );
    await profile('sound', `${IMAGE}-sound`);
    await untilHardened(`${IMAGE}-sound`);
    await untilHardened(`${IMAGE}-kept`);
    await until(async () => (await webhook.metric('rootlock_catalog_malformed_profiles')) === 1, RECOVERY_MS);
    await until(() => /"malformed profile left out".*"strange"/.test(webhook.log()), RECOVERY_MS);
  });

  test('learns from the nodes what becomes of VOLUME paths', async () => {
    const before = await createPod(cluster, namespace, { image: 'redis:7', dryRun: true });
    expect(hardening(before)).toEqual({ readOnly: true, paths: ['/data', '/tmp'] });
    await node('one', 'containerd://2.1.4');
    const other = await install(cluster);
    const replica = await other.start();
    await replica.ready();
    const its = await other.optedIn();
    await untilTrusted(cluster, other);
    const answer = await createPod(cluster, its, { image: 'redis:7', dryRun: true });
    await replica.stop();
    expect(hardening(answer)).toEqual({ readOnly: true, paths: ['/tmp'] });
  });
});

function failedWatches(): number {
  return webhook.log().match(/"msg":"watching failed"/g)?.length ?? 0;
}

/** As if another release had made the definitions: whatever is in a spec is taken. */
async function loosenCrd(): Promise<void> {
  const { status, text } = await cluster.request({
    method: 'PATCH',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/writablepathprofiles.rootlock.dev',
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'replace',
        path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec',
        value: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    ],
  });
  if (status !== 200) throw new Error(text);
}

async function node(name: string, containerRuntimeVersion: string): Promise<void> {
  const nodeInfo = {
    architecture: 'amd64',
    bootID: '',
    containerRuntimeVersion,
    kernelVersion: '',
    kubeProxyVersion: '',
    kubeletVersion: 'v1.37.2',
    machineID: '',
    operatingSystem: 'linux',
    osImage: '',
    systemUUID: '',
  };
  await create(cluster, '/api/v1/nodes', { metadata: { name }, status: { nodeInfo } });
}
