import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { controlPlane } from '../support/control-plane/shared.ts';
import type { Installation } from './installation.ts';
import { createPod, hardening, warningsOf } from './pods.ts';
import { create } from './rbac.ts';
import { installTrusted } from './trust.ts';
import type { WebhookProcess } from './webhook-process.ts';

/** How many applies, and how many of them at the same time. */
const APPLIES = 200;
const TOGETHER = 4;

let installation: Installation;
let webhook: WebhookProcess | undefined;
beforeAll(async () => {
  ({ installation, webhook } = await installTrusted(controlPlane()));
});
afterAll(() => webhook?.stop());

test('no pod is missed that is applied together with its namespace and the profile of its image', async () => {
  const answers: Awaited<ReturnType<typeof createPod>>[] = [];
  const work = async (worker: number) => {
    for (let number = worker; number < APPLIES; number += TOGETHER) answers.push(await apply(number));
  };
  await Promise.all(Array.from({ length: TOGETHER }, (_, worker) => work(worker)));

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  const missed = answers.filter((answer) => hardening(answer).readOnly !== true);
  expect(missed.map(warningsOf)).toEqual([]);
  expect(answers.map((answer) => hardening(answer).paths)).toEqual(answers.map(() => ['/var/lib/app']));
  expect(await webhook?.metric('rootlock_admission_waits_total{came="false"}')).toBe(0);
  expect(await webhook?.metric('rootlock_admission_waits_total{came="true"}')).toBeGreaterThan(0);
});

/** What `kubectl apply` makes of one file, with nothing between the requests. */
async function apply(number: number) {
  const image = `registry.example.com/team/app-${number}`;
  const namespace = await installation.optedIn();
  await create(controlPlane(), `/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`, {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: { name: 'app' },
    spec: { image: { repository: image }, paths: [{ path: '/var/lib/app' }] },
  });
  return createPod(controlPlane(), namespace, { image: `${image}:1` });
}
