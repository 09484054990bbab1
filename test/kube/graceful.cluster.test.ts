import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../support/control-plane/ports.ts';
import { controlPlane } from '../support/control-plane/shared.ts';
import { until } from '../support/until.ts';
import { type Installation, install } from './installation.ts';
import { createPod, hardening } from './pods.ts';
import { startLoad } from './review-load.ts';
import { trustedBy, untilTrusted } from './trust.ts';
import type { WebhookProcess } from './webhook-process.ts';

const PER_SECOND = 200;
const REVIEWS = 10_000;
const RESTARTS = 4;
/** How late clients learn that a replica has come or gone, and how long it goes on: half as long as by default. */
const LAG_MS = 1_500;
const ROLLING = { ROOTLOCK_DRAIN_SECONDS: '5', ROOTLOCK_LOG_LEVEL: 'warn' };
/** Far more than it takes: a busy machine may take its time, and lose no review either. */
const TIME_MS = 600_000;
/** Renewed every 13 seconds or so, four and a half before its end. */
const SHORT_LIVED = { ROOTLOCK_CERTIFICATE_LIFETIME: '18s' };
const RENEWALS = 4;

/** They wait for time to pass, and do so together. */
describe('the webhook', () => {
  test.concurrent(
    'loses no review while its replicas are restarted one after the other under load',
    rollOver,
    TIME_MS,
  );
  test.concurrent(
    'fails no call, direct or by the API server, while its certificate is renewed under load',
    renew,
    TIME_MS,
  );
  test.concurrent('ends at once when it is asked a second time', endTwice, TIME_MS);
});

async function rollOver(): Promise<void> {
  const installation = await install(controlPlane());
  const namespace = await installation.optedIn();
  let replicas = await Promise.all([replicaOf(installation), replicaOf(installation)]);
  let endpoints = replicas.map(({ port }) => port);
  const load = startLoad({
    namespace,
    perSecond: PER_SECOND,
    endpoints: () => endpoints,
    authorities: () => trustedBy(controlPlane(), installation),
  });
  try {
    for (let restarts = 0; restarts < RESTARTS || load.sent() < REVIEWS; restarts++) {
      const [old, ...others] = replicas;
      const fresh = await replicaOf(installation);
      replicas = [...others, fresh];
      await sleep(LAG_MS);
      endpoints = [...endpoints, fresh.port];
      const gone = old?.stop();
      await sleep(LAG_MS);
      endpoints = replicas.map(({ port }) => port);
      await gone;
    }
  } finally {
    const { failures } = await load.stop();
    await Promise.all(replicas.map((replica) => replica.stop()));
    expect(failures).toEqual([]);
  }
  expect(load.sent()).toBeGreaterThanOrEqual(REVIEWS);
}

async function replicaOf(installation: Installation): Promise<WebhookProcess> {
  const replica = await installation.start({ port: await freePort(), env: ROLLING });
  await replica.ready();
  return replica;
}

async function renew(): Promise<void> {
  const installation = await install(controlPlane(), { failurePolicy: 'Fail' });
  const replica = await installation.start({ env: SHORT_LIVED });
  await replica.ready();
  const namespace = await installation.optedIn();
  const create = () => createPod(controlPlane(), namespace, { dryRun: true });
  await untilTrusted(controlPlane(), installation);

  const load = startLoad({
    namespace,
    perSecond: 50,
    endpoints: () => [replica.port],
    authorities: () => trustedBy(controlPlane(), installation),
  });
  const answers: Awaited<ReturnType<typeof create>>[] = [];
  const renewals = () => replica.log().match(/"step":"switch"/g)?.length ?? 0;
  try {
    await until(async () => {
      answers.push(await create());
      return renewals() >= RENEWALS;
    }, TIME_MS / 2);
  } finally {
    const { failures } = await load.stop();
    await replica.stop();
    expect(failures).toEqual([]);
  }
  expect(load.sent()).toBeGreaterThan(1_000);
  expect(answers.length).toBeGreaterThan(100);
  expect(answers.filter((answer) => hardening(answer).readOnly !== true)).toEqual([]);
}

async function endTwice(): Promise<void> {
  const installation = await install(controlPlane());
  const replica = await installation.start({ env: { ROOTLOCK_DRAIN_SECONDS: '600' } });
  await replica.ready();
  replica.signal('TERM');
  await until(async () => (await replica.get('/readyz'))?.status === 503, 60_000);
  expect(replica.exited()).toBe(false);
  replica.signal('TERM');
  await until(() => replica.exited(), 60_000);
  await replica.stop();
}
