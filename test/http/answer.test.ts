import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/admission/decide.ts';
import type { Decision } from '../../src/core/admission/decision.ts';
import type { Operation } from '../../src/core/admission/operation.ts';
import { answerReview, type ReviewRequest } from '../../src/core/admission/review.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import type { Profile } from '../../src/core/catalog/profile.ts';
import { readPod } from '../../src/core/pod/read-pod.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { type Admit, type Answer, createAnswer } from '../../src/http/answer.ts';
import { createRepeatedPods } from '../../src/http/repeated-pods.ts';
import { acceptablePod } from '../support/acceptable-pod.ts';
import { anyWorld } from '../support/any-world.ts';
import { SETS_HOME } from '../support/sets-home.ts';
import { silentLog } from '../support/silent-log.ts';
import { LEFT_ALONE, reviewText } from './webhook.ts';

const read = readPod({ metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
if (read.kind === 'malformed') throw new Error(read.problem);
const OPERATIONS: readonly Operation[] = [{ op: 'add', path: '/spec/x', value: true }];
const JUDGED: Decision = {
  kind: 'judged',
  mode: 'enforce',
  pod: read.pod,
  containers: [],
  operations: OPERATIONS,
  findings: [],
  notes: [],
};

/** JSON.stringify overflows on it, which JSON.parse does not. */
const NEST = '['.repeat(10_000) + ']'.repeat(10_000);

const decideBy =
  (profiles: readonly Profile[]): Admit =>
  ({ object }) =>
    decide(
      {
        pod: object,
        namespace: 'shop',
        policy: readNamespacePolicy({ 'rootlock.dev/mode': 'enforce' }).policy,
        policyProblems: [],
        now: 0,
      },
      {
        catalog: compileCatalog(profiles, { mirrors: [], namespacedExemptions: true }),
        settings: {
          podAnnotations: true,
          record: true,
          runtime: { imageVolumePaths: 'unknown', emptyDirMode: false },
        },
      },
    );

function answerWith(admit: Admit, failed = () => {}) {
  const repeated = createRepeatedPods({ revision: () => 0, now: () => 0 });
  return createAnswer({ admit, repeated, onError: 'admit', log: silentLog, failed });
}

function operationsOf(answer: Answer): readonly Operation[] {
  const { patch } = Object(responseOf(answer));
  return JSON.parse(Buffer.from(patch, 'base64').toString());
}

function responseOf(answer: Answer): unknown {
  return answer.kind === 'refused' ? answer : JSON.parse(answer.text).response;
}

describe('an answer', () => {
  test('is there at once where the decision is', () => {
    expect(answerWith(() => LEFT_ALONE)(Buffer.from(reviewText()), 'mutate')).not.toBeInstanceOf(Promise);
  });

  test('comes a moment later where the decision does', async () => {
    const answer = await answerWith(async () => LEFT_ALONE)(Buffer.from(reviewText('later')), 'mutate');
    expect(responseOf(answer)).toMatchObject({ uid: 'later', allowed: true });
  });

  test('admits a pod that nests too deep to be told of, though it is too small to be refused', () => {
    let failures = 0;
    const pod = { metadata: { annotations: 'HERE' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
    const body = reviewText('u', pod).replace('"HERE"', `{"rootlock.dev/exempt":${NEST}}`);
    const answer = answerWith(decideBy([]), () => failures++)(Buffer.from(body), 'mutate');
    expect(answer instanceof Promise || responseOf(answer)).toMatchObject({ uid: 'u', allowed: true });
    expect(failures).toBe(1);
  });

  test.each<{ what: string; admit: Admit }>([
    {
      what: 'throws',
      admit: () => {
        throw new Error('no');
      },
    },
    { what: 'throws what is no error', admit: () => Promise.reject('no') },
    { what: 'rejects', admit: () => Promise.reject(new Error('no')) },
    // Of our own making, and no decision at all.
    {
      what: 'gives what cannot be written',
      admit: () => ({ ...JUDGED, findings: 7 }) as unknown as Decision,
    },
  ])('admits the pod where deciding $what', async ({ admit }) => {
    let failures = 0;
    const answer = await answerWith(admit, () => failures++)(Buffer.from(reviewText('u')), 'mutate');
    expect(responseOf(answer)).toMatchObject({ uid: 'u', allowed: true });
    expect(failures).toBe(1);
  });

  test.each([
    { route: 'mutate', patched: true },
    { route: 'judge', patched: false },
  ] as const)('on the route $route has a patch: $patched', async ({ route, patched }) => {
    const answer = await answerWith(() => JUDGED)(Buffer.from(reviewText()), route);
    expect(Object.hasOwn(Object(responseOf(answer)), 'patch')).toBe(patched);
    expect(answer).toMatchObject({
      kind: 'review',
      patchBytes: patched ? JSON.stringify(OPERATIONS).length : 0,
    });
  });

  test('is told the route', async () => {
    const routes: string[] = [];
    const answer = answerWith((_request, route) => {
      routes.push(route);
      return LEFT_ALONE;
    });
    await answer(Buffer.from(reviewText()), 'judge');
    expect(routes).toEqual(['judge']);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'leaves the key %s where it was, a key like any other',
    async (key) => {
      const text = `{"metadata":{"annotations":{"${key}":{"polluted":true}},"${key}":{"polluted":true}}}`;
      let seen: unknown;
      const answer = answerWith(({ object }) => {
        seen = object;
        return LEFT_ALONE;
      });
      const body = reviewText('u', 'POD').replace('"POD"', text);
      expect(responseOf(await answer(Buffer.from(body), 'mutate'))).toMatchObject({ allowed: true });
      expect(JSON.stringify(seen)).toBe(text);
      expect({}).not.toHaveProperty('polluted');
    },
  );

  test('is given the pod as it came, but for its managed fields', async () => {
    const pod = { metadata: { name: 'x', managedFields: [{ manager: 'm' }] }, spec: { new: { field: [1] } } };
    let seen: unknown;
    const answer = answerWith(({ object }) => {
      seen = object;
      return LEFT_ALONE;
    });
    await answer(Buffer.from(reviewText('u', pod)), 'mutate');
    expect(seen).toEqual({ ...pod, metadata: { name: 'x', managedFields: [] } });
  });

  test.each([
    { what: 'sets it', env: [{ name: 'HOME', value: '/root' }], added: [] },
    { what: 'does not', env: [{ name: 'PATH', value: '/bin' }], added: [{ name: 'HOME', value: '/tmp' }] },
  ])("sets a profile's variable where the pod $what itself", async ({ env, added }) => {
    const pod = { spec: { containers: [{ name: 'c', image: 'nginx', env }] } };
    const answer = await answerWith(decideBy([SETS_HOME]))(Buffer.from(reviewText('u', pod)), 'mutate');
    const operations = operationsOf(answer).filter(({ path }) => path.endsWith('/env/-'));
    expect(operations.map(({ value }) => value)).toEqual(added);
  });

  test('is the same for any pod that the API server takes as if all of it had been read at first', () => {
    let again = 0;
    fc.assert(
      fc.property(acceptablePod, anyWorld, (pod, { policy, world }) => {
        let decisions = 0;
        const admit = ({ object }: Pick<ReviewRequest, 'object'>) => {
          decisions++;
          return decide({ pod: object, namespace: 'shop', policy, policyProblems: [], now: 0 }, world);
        };
        const answer = answerWith(admit)(Buffer.from(reviewText('u', pod)), 'mutate');
        again += decisions - 1;
        expect(answer).toMatchObject(answerReview('u', admit({ object: pod })));
      }),
      { numRuns: 2_000 },
    );
    expect(again).toBeGreaterThan(0);
  });

  test('is given for any bytes, and for any JSON', async () => {
    const answer = answerWith(() => LEFT_ALONE);
    const review = fc
      .record({
        apiVersion: fc.constantFrom('admission.k8s.io/v1', 'admission.k8s.io/v1beta1', 'v1'),
        kind: fc.constantFrom('AdmissionReview', 'Pod'),
        request: fc.oneof(
          fc.jsonValue(),
          fc.record({ uid: fc.jsonValue(), resource: fc.jsonValue(), object: fc.jsonValue() }),
        ),
      })
      .map((value) => Buffer.from(JSON.stringify(value)));
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\0a ') }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
      review,
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom('mutate', 'judge'), async (body, route) => {
        const answered = await answer(body, route);
        expect(['review', 'malformed', 'refused']).toContain(answered.kind);
      }),
      { numRuns: 2_000 },
    );
  });
});
