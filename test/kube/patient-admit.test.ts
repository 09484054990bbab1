import { describe, expect, test } from '@jest/globals';
import { admit } from '../../src/core/admission/admit.ts';
import type { Decision } from '../../src/core/admission/decision.ts';
import type { ReviewRequest } from '../../src/core/admission/review.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import type { Profile } from '../../src/core/catalog/profile.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { createPatientAdmit, PATIENCE_MS } from '../../src/kube/patient-admit.ts';

/** A cluster that changes while a review waits: each step is what the watches bring next, so many milliseconds later. */
type Step = {
  readonly afterMs: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly profile?: Profile;
};

type Played = {
  readonly decision: Decision;
  /** Whether the answer came at once. */
  readonly atOnce: boolean;
  readonly waitedMs: number;
  readonly waits: readonly boolean[];
};

const REVIEW: ReviewRequest = {
  uid: 'uid-1',
  operation: 'CREATE',
  namespace: 'shop',
  resource: 'pods',
  subResource: '',
  object: { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
};

type Play = {
  /** Of the namespace, when the review comes. */
  readonly age: number;
  /** Of the namespace; absent where the watch has not brought it. */
  readonly labels?: Step['labels'];
  readonly profiles?: readonly Profile[];
  readonly steps: readonly Step[];
};

async function play({ age, labels, profiles = [], steps }: Play): Promise<Played> {
  const options = { mirrors: [], namespacedExemptions: true };
  let now = 0;
  let policy = labels && readNamespacePolicy(labels);
  let catalog = compileCatalog(profiles, options);
  const left = [...steps];
  const waits: boolean[] = [];
  const settings = {
    podAnnotations: true,
    record: true,
    runtime: { imageVolumePaths: 'copied', emptyDirMode: true },
  } as const;
  const answer = createPatientAdmit({
    decide: (request) => admit(request, { catalog, settings }, () => policy, 0),
    world: {
      age: () => age + now,
      nextChange: async (withinMs) => {
        const step = left[0];
        if (!step || step.afterMs - now > withinMs) {
          now += withinMs;
          return;
        }
        left.shift();
        now = step.afterMs;
        if (step.labels) policy = readNamespacePolicy(step.labels);
        if (step.profile) catalog = compileCatalog([step.profile], options);
      },
    },
    clock: { now: () => now },
    waited: (came) => waits.push(came),
  })(REVIEW);
  return { decision: await answer, atOnce: !(answer instanceof Promise), waitedMs: now, waits };
}

function profileFor(repository: string): Profile {
  const read = readProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { image: { repository }, paths: [{ path: '/var/cache' }] },
  });
  if (read.kind === 'malformed') throw new Error(JSON.stringify(read.problems));
  return read.profile;
}

const ENFORCE = { 'rootlock.dev/mode': 'enforce' };
const OLD = Number.POSITIVE_INFINITY;

describe('a review waits', () => {
  test('for its namespace, and no longer than until it comes', async () => {
    const played = await play({ age: OLD, steps: [{ afterMs: 40, labels: { ...ENFORCE } }] });
    expect(played).toMatchObject({
      atOnce: false,
      waitedMs: 40,
      waits: [true],
      decision: { kind: 'judged' },
    });
  });

  test('for the label that the API server has already seen', async () => {
    const steps = [{ afterMs: 10 }, { afterMs: 30, labels: ENFORCE }];
    const played = await play({ age: OLD, labels: {}, steps });
    expect(played).toMatchObject({ waitedMs: 30, waits: [true], decision: { kind: 'judged' } });
  });

  test('for the profile of an unknown image in a young namespace', async () => {
    const steps = [
      { afterMs: 20, profile: profileFor('redis') },
      { afterMs: 60, profile: profileFor('nginx') },
    ];
    const played = await play({ age: 500, labels: ENFORCE, steps });
    expect(played).toMatchObject({ waitedMs: 60, waits: [true] });
    expect(played.decision).toMatchObject({ containers: [{ kind: 'hardened' }] });
  });

  test('for its namespace and then for the profile, within one patience', async () => {
    const steps = [
      { afterMs: 100, labels: ENFORCE },
      { afterMs: 240, profile: profileFor('nginx') },
    ];
    const played = await play({ age: 0, steps });
    expect(played).toMatchObject({ waitedMs: 240, waits: [true] });
    expect(played.decision).toMatchObject({ containers: [{ kind: 'hardened' }] });
  });

  test.each([
    { labels: { ...ENFORCE, 'rootlock.dev/unknown-images': 'scratch' }, kind: 'judged' },
    { labels: { ...ENFORCE, 'rootlock.dev/unknown-images': 'deny' }, kind: 'denied' },
    { labels: { 'rootlock.dev/mode': 'audit' }, kind: 'judged' },
  ])('whatever becomes of unknown images: $labels', async ({ labels, kind }) => {
    const played = await play({ age: 500, labels, steps: [] });
    expect(played).toMatchObject({ waitedMs: PATIENCE_MS, waits: [false], decision: { kind } });
  });
});

describe('a review is answered', () => {
  test.each([
    { reason: 'namespace-unknown', labels: undefined },
    { reason: 'not-opted-in', labels: {} },
  ])('unchanged when the watches bring nothing in time: $reason', async ({ reason, labels }) => {
    const played = await play({
      age: OLD,
      ...(labels && { labels }),
      steps: [{ afterMs: 251, labels: ENFORCE }],
    });
    expect(played).toMatchObject({
      waitedMs: PATIENCE_MS,
      waits: [false],
      decision: { kind: 'left-alone', reason },
    });
  });

  test.each([
    { what: 'a known image in a young namespace', age: 0, profiles: [profileFor('nginx')] },
    { what: 'an unknown image in a namespace that has been there', age: OLD, profiles: [] },
    { what: 'an unknown image in a namespace of half a minute', age: 30_000, profiles: [] },
  ])('at once: $what', async ({ age, profiles }) => {
    const played = await play({ age, labels: ENFORCE, profiles, steps: [] });
    expect(played).toMatchObject({ atOnce: true, waitedMs: 0, waits: [] });
  });
});
