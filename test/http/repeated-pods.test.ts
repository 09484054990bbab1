import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/admission/decide.ts';
import type { Decision } from '../../src/core/admission/decision.ts';
import type { World } from '../../src/core/admission/world.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import { isObject } from '../../src/core/json.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { type Admit, type Answer, createAnswer } from '../../src/http/answer.ts';
import { createRepeatedPods } from '../../src/http/repeated-pods.ts';
import { anyPod } from '../support/any-pod.ts';
import { anyWorld } from '../support/any-world.ts';
import { SETS_HOME } from '../support/sets-home.ts';
import { silentLog } from '../support/silent-log.ts';
import { LEFT_ALONE } from './webhook.ts';

const RUNS = 300;

/** A server's answers, how often it had to decide, and what the answers depend on. */
function answering(admit: Admit) {
  const seen = { decisions: 0, revision: 0, now: 0 };
  const answer = createAnswer({
    admit: (request, route) => {
      seen.decisions++;
      return admit(request, route);
    },
    repeated: createRepeatedPods({ revision: () => seen.revision, now: () => seen.now }),
    onError: 'admit',
    log: silentLog,
    failed: () => {},
  });
  return { seen, answer };
}

const UIDS = [1, 2, 3].map((digit) => `${digit}0000000-0000-4000-8000-000000000000`);
const TOKENS = ['kube-api-access-aaaaa', 'kube-api-access-b2b2b', 'kube-api-access-ccccc'];

/** A review as the API server writes it: the fields of the review, and of its request, in this order. */
function review(nth: number, object: unknown): Buffer {
  const text = JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: UIDS[nth],
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      object,
    },
  });
  return Buffer.from(text.replaceAll(TOKENS[0] ?? '', TOKENS[nth] ?? ''));
}

const POD = {
  metadata: { generateName: 'web-1-' },
  spec: {
    volumes: [{ name: TOKENS[0], projected: { sources: [] } }],
    containers: [
      {
        name: 'web',
        image: 'nginx',
        volumeMounts: [{ name: TOKENS[0], mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
      },
    ],
  },
};

function responseOf(answer: Answer | Promise<Answer>): {
  uid?: string;
  warnings?: string[];
  patch?: string;
} {
  if (answer instanceof Promise || answer.kind === 'refused') throw new Error('expected an answer at once');
  return JSON.parse(answer.text).response;
}

function named(pod: unknown): unknown {
  if (!isObject(pod)) return pod;
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  return { ...pod, metadata: { ...metadata, generateName: 'web-1-' } };
}

const ENFORCE = readNamespacePolicy({ 'rootlock.dev/mode': 'enforce' });

const SETTINGS: World['settings'] = {
  podAnnotations: true,
  record: true,
  runtime: { imageVolumePaths: 'copied', emptyDirMode: true },
};

const warned = (text = ''): Decision => ({ kind: 'left-alone', reason: 'windows', because: text });

/** By the first pod its name is known, with the second its template is. */
describe('the third pod of a template, which differs in its uid and its token volume', () => {
  test('is answered without a decision, under its own uid', () => {
    const { seen, answer } = answering(() => warned('because'));
    const [first, , third] = [0, 1, 2].map((nth) => responseOf(answer(review(nth, POD), 'mutate')));
    expect(seen.decisions).toBe(2);
    expect(first?.uid).toBe(UIDS[0]);
    expect(third).toEqual({ ...first, uid: UIDS[2] });
  });

  test.each<{ what: string; change: (seen: { revision: number; now: number }) => void }>([
    { what: 'what decisions are made from has changed', change: (seen) => seen.revision++ },
    {
      what: 'five seconds have passed',
      change: (seen) => {
        seen.now += 5_000;
      },
    },
  ])('is decided on where $what', async ({ change }) => {
    const { seen, answer } = answering(() => LEFT_ALONE);
    for (const nth of [0, 1]) await answer(review(nth, POD), 'mutate');
    change(seen);
    await answer(review(2, POD), 'mutate');
    expect(seen.decisions).toBe(3);
  });

  test.each<{ what: string; admit: Admit }>([
    { what: 'took a moment', admit: async () => LEFT_ALONE },
    {
      what: 'failed',
      admit: () => {
        throw new Error('no');
      },
    },
    { what: 'named the token volume', admit: () => warned(TOKENS[1]) },
    { what: 'named the uid', admit: ({ uid }) => warned(uid) },
  ])('is decided on where the decision before $what', async ({ admit }) => {
    const { seen, answer } = answering(admit);
    for (const nth of [0, 1, 2]) await answer(review(nth, POD), 'mutate');
    expect(seen.decisions).toBe(3);
  });

  test('is judged each time', async () => {
    const { seen, answer } = answering(() => LEFT_ALONE);
    for (const nth of [0, 1, 2]) await answer(review(nth, POD), 'judge');
    expect(seen.decisions).toBe(3);
  });
});

test.each<{ what: string; pod: unknown }>([
  {
    what: 'another image',
    pod: { ...POD, spec: { ...POD.spec, containers: [{ name: 'web', image: 'redis' }] } },
  },
  { what: 'another name', pod: { ...POD, metadata: { ...POD.metadata, generateName: 'web-2-' } } },
  { what: 'the name of its token volume elsewhere', pod: { ...POD, image: TOKENS[0] } },
  { what: 'a name of its own', pod: { ...POD, metadata: { name: 'web' } } },
])('a pod with $what is decided on', async ({ pod }) => {
  const { seen, answer } = answering(() => LEFT_ALONE);
  for (const nth of [0, 1]) await answer(review(nth, POD), 'mutate');
  await answer(review(2, pod), 'mutate');
  expect(seen.decisions).toBe(3);
});

test('pods whose plan sets a variable are decided on each time, for that is up to theirs', () => {
  const { answer } = answering(({ object }) =>
    decide(
      { pod: object, namespace: 'shop', policy: ENFORCE.policy, policyProblems: [], now: 0 },
      {
        catalog: compileCatalog([SETS_HOME], { mirrors: [], namespacedExemptions: true }),
        settings: SETTINGS,
      },
    ),
  );
  const [container] = POD.spec.containers;
  const withEnv = (env: unknown) => ({ ...POD, spec: { ...POD.spec, containers: [{ ...container, env }] } });
  const patches = [[], [], [{ name: 'HOME', value: '/root' }]].map((env, nth) =>
    Buffer.from(responseOf(answer(review(nth, withEnv(env)), 'mutate')).patch ?? '', 'base64').toString(),
  );
  expect(patches.map((patch) => patch.includes('"HOME"'))).toEqual([true, true, false]);
});

test('pods that are not named by the API server are decided on each time', async () => {
  const { seen, answer } = answering(() => LEFT_ALONE);
  for (const nth of [0, 1, 2]) await answer(review(nth, { ...POD, metadata: {} }), 'mutate');
  expect(seen.decisions).toBe(3);
});

test('a text that is no JSON is not taken for the one that it resembles', async () => {
  const { answer } = answering(() => LEFT_ALONE);
  for (const nth of [0, 1]) await answer(review(nth, POD), 'mutate');
  const broken = review(2, POD).toString().replaceAll(`"name":"${TOKENS[2]}"`, '"name":"\n"');
  expect(answer(Buffer.from(broken), 'mutate')).toMatchObject({ kind: 'refused', refusal: 'not-json' });
});

test(`of ${RUNS} generated pods, each is answered the same whether or not its like came before`, () => {
  let recalled = 0;
  const names = fc.constantFrom('web', TOKENS[0] ?? '');
  fc.assert(
    fc.property(anyPod, anyWorld, names, (pod, { policy, world }, name) => {
      const admit: Admit = ({ object }) =>
        decide({ pod: object, namespace: 'shop', policy, policyProblems: [], now: 0 }, world);
      const renamed = JSON.parse(JSON.stringify(named(pod)).replaceAll('"web"', `"${name}"`));
      const { seen, answer } = answering(admit);
      const [, , third] = [0, 1, 2].map((nth) => responseOf(answer(review(nth, renamed), 'mutate')));
      recalled += 3 - seen.decisions;
      expect(third).toEqual(responseOf(answering(admit).answer(review(2, renamed), 'mutate')));
    }),
    { numRuns: RUNS },
  );
  expect(recalled).toBeGreaterThan(RUNS / 2);
});
