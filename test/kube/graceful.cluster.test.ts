import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { freePort } from '../support/control-plane/ports.ts';
import { controlPlane } from '../support/control-plane/shared.ts';
import { until } from '../support/until.ts';
import { type Installation, install } from './installation.ts';
import { createPod, hardening } from './pods.ts';
import { startLoad } from './review-load.ts';
import { trustedBy } from './trust.ts';
import type { WebhookProcess } from './webhook-process.ts';

const PER_SECOND = 200;
const REVIEWS = 10_000;
/** How late clients learn that a replica has come or gone. */
const LAG_MS = 1_500;
const ROLLING = { ROOTLOCK_DRAIN_SECONDS: '3', ROOTLOCK_LOG_LEVEL: 'warn' };

test('a rolling restart under load loses no review', async () => {
  const installation = await install(controlPlane());
  const namespace = await installation.optedIn();
  let replicas = await Promise.all([replicaOf(installation), replicaOf(installation)]);
  let endpoints = replicas.map(({ port }) => port);
  const authorities = await trustedBy(controlPlane(), installation);
  const load = startLoad({
    namespace,
    perSecond: PER_SECOND,
    endpoints: () => endpoints,
    authorities: () => authorities,
  });
  const enough = sleep((REVIEWS / PER_SECOND) * 1000 + 1_000);
  let restarts = 0;
  let over = false;
  void enough.then(() => {
    over = true;
  });
  while (!over) {
    const [old, ...others] = replicas;
    const fresh = await replicaOf(installation);
    replicas = [...others, fresh];
    await sleep(LAG_MS);
    endpoints = [...endpoints, fresh.port];
    const gone = old?.stop();
    await sleep(LAG_MS);
    endpoints = replicas.map(({ port }) => port);
    await gone;
    restarts++;
  }
  const { sent, failures } = await load.stop();
  await Promise.all(replicas.map((replica) => replica.stop()));
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThanOrEqual(REVIEWS);
  expect(restarts).toBeGreaterThanOrEqual(4);
}, 180_000);

async function replicaOf(installation: Installation): Promise<WebhookProcess> {
  const replica = await installation.start({ port: await freePort(), env: ROLLING });
  await replica.ready();
  return replica;
}

test('a certificate that is renewed every few seconds under load fails no call, direct or by the API server', async () => {
  const installation = await install(controlPlane(), { failurePolicy: 'Fail' });
  const env = { ROOTLOCK_CERTIFICATE_LIFETIME: '12s', ROOTLOCK_LOG_LEVEL: 'info' };
  const replica = await installation.start({ env });
  await replica.ready();
  const namespace = await installation.optedIn();
  await until(
    async () => (await createPod(controlPlane(), namespace, { dryRun: true })).status === 201,
    10_000,
  );

  let authorities = await trustedBy(controlPlane(), installation);
  const load = startLoad({
    namespace,
    perSecond: 50,
    endpoints: () => [replica.port],
    authorities: () => authorities,
  });
  const answers: Awaited<ReturnType<typeof createPod>>[] = [];
  const renewals = () => replica.log().match(/"step":"switch"/g)?.length ?? 0;
  const deadline = Date.now() + 60_000;
  while (renewals() < 4 && Date.now() < deadline) {
    answers.push(await createPod(controlPlane(), namespace, { dryRun: true }));
    authorities = await trustedBy(controlPlane(), installation);
    await sleep(20);
  }
  const { sent, failures } = await load.stop();
  expect(renewals()).toBeGreaterThanOrEqual(4);
  await replica.stop();
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(1_000);
  expect(answers.length).toBeGreaterThan(100);
  expect(answers.filter((answer) => hardening(answer).readOnly !== true)).toEqual([]);
}, 120_000);

test('a second SIGTERM ends it at once', async () => {
  const installation = await install(controlPlane());
  const replica = await installation.start({ env: { ROOTLOCK_DRAIN_SECONDS: '600' } });
  await replica.ready();
  replica.signal('TERM');
  await until(async () => (await replica.get('/readyz'))?.status === 503, 5_000);
  expect(replica.exited()).toBe(false);
  replica.signal('TERM');
  await until(() => replica.exited(), 5_000);
  await replica.stop();
});
