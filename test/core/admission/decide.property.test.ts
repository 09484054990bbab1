import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { decide } from '../../../src/core/admission/decide.ts';
import type { Decision } from '../../../src/core/admission/decision.ts';
import type { Operation } from '../../../src/core/admission/operation.ts';
import { answerReview } from '../../../src/core/admission/review.ts';
import type { World } from '../../../src/core/admission/world.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { admissionProblems } from '../../support/admission-problems.ts';
import { anyPod } from '../../support/any-pod.ts';
import { type AnyWorld, anyWorld } from '../../support/any-world.ts';
import { deepFreeze } from '../../support/deep-freeze.ts';

/** 100,000 in CI; fewer where a person waits for it. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? (process.env.CI ? 100_000 : 10_000));
const cases = fc.tuple(anyPod, anyWorld);

/** One pass over the generated pods proves all of it: each check names the property that it stands for. */
describe(`decide, over ${RUNS} generated pods`, () => {
  test(
    'gives a patch that applies, once and for all, on owned paths only, and makes no pod invalid',
    () => {
      const seen = new Map<string, number>();
      fc.assert(
        fc.property(cases, ([pod, world]) => {
          deepFreeze(pod);
          const decision = decide(requestFor(pod, world), world.world);
          count(seen, decision);
          if (decision.kind !== 'judged') return;
          for (const operation of decision.operations) expectOwned(operation, pod);
          const patched = apply(pod, decision.operations);
          expect(admissionProblems(patched)).toEqual(admissionProblems(pod));
          const again = decide(requestFor(patched, world), world.world);
          expect(again.kind === 'judged' ? again.operations : again).toEqual([]);
          expectFlagsSet(decision, patched);
        }),
        { numRuns: RUNS },
      );
      expect(Object.fromEntries(seen)).toEqual(
        expect.objectContaining({
          'left-alone': expect.any(Number),
          denied: expect.any(Number),
          unchanged: expect.any(Number),
          patched: expect.any(Number),
          seeded: expect.any(Number),
        }),
      );
    },
    30 * 60_000,
  );
});

/** Images, names and matches are remembered: what was asked before, and when, must not show. */
test('decide answers as it would for the first time, whatever was asked before', () => {
  const questions = fc.array(fc.tuple(cases, fc.nat(4_000)), { maxLength: 8 });
  fc.assert(
    fc.property(questions, (all) => {
      const known = all.map(([[, world]]) => expiring(world));
      for (const now of [0, 1_000, 2_000, 3_000]) {
        all.forEach(([[pod, world]], index) => {
          decide({ ...requestFor(pod, world), now }, known[index] ?? world.world);
        });
      }
      all.forEach(([[pod, world], now], index) => {
        const request = { ...requestFor(pod, world), now };
        const remembered = decide(request, known[index] ?? world.world);
        const fresh = decide(structuredClone(request), expiring(world));
        expect(answerReview('u', remembered)).toEqual(answerReview('u', fresh));
      });
    }),
    { numRuns: 300 },
  );
});

/** The world with a catalog that nobody has asked yet, in which every other profile expires, one after another. */
function expiring({ world, profiles }: AnyWorld): World {
  const mortal = profiles.map((profile, index) =>
    index % 2 === 0 ? { ...profile, expires: 500 + index * 500 } : profile,
  );
  return { ...world, catalog: compileCatalog(mortal, { mirrors: [], namespacedExemptions: true }) };
}

function requestFor(pod: unknown, { policy }: Pick<AnyWorld, 'policy'>) {
  return { pod, namespace: 'shop', policy, policyProblems: [], now: 0 };
}

/** fast-json-patch validates each operation against the document: an `add` below a missing parent throws. */
function apply(pod: unknown, operations: readonly Operation[]): unknown {
  const copy: unknown = structuredClone(pod);
  return jsonPatch.applyPatch(copy, structuredClone(operations) as jsonPatch.Operation[], true).newDocument;
}

const OWNED = [
  /^\/spec\/(initContainers|containers)\/\d+\/securityContext$/,
  /^\/spec\/(initContainers|containers)\/\d+\/securityContext\/(readOnlyRootFilesystem|privileged)$/,
  /^\/spec\/(initContainers|containers)\/\d+\/(volumeMounts|env)(\/-)?$/,
  /^\/spec\/volumes(\/-)?$/,
  /^\/spec\/initContainers(\/0)?$/,
  /^\/metadata(\/annotations)?$/,
  /^\/metadata\/annotations\/(rootlock\.dev~1hardened|cluster-autoscaler\.kubernetes\.io~1safe-to-evict-local-volumes|backup\.velero\.io~1backup-volumes-excludes)$/,
];

/** Fields of ours may be overwritten; a list or object is only ever made where there is none, so nothing gets lost. */
function expectOwned(operation: Operation, pod: unknown): void {
  expect(OWNED.some((pattern) => pattern.test(operation.path))).toBe(true);
  if (/(-|\/0|readOnlyRootFilesystem|privileged|annotations\/[^/]+)$/.test(operation.path)) return;
  expect(jsonPatch.getValueByPointer(pod, operation.path) ?? null).toBeNull();
}

function expectFlagsSet(decision: Extract<Decision, { kind: 'judged' }>, patched: unknown): void {
  for (const { container, kind } of decision.containers) {
    if (kind !== 'hardened') continue;
    const list = jsonPatch.getValueByPointer(patched, `/spec/${container.list}`) as {
      name: string;
      securityContext: unknown;
    }[];
    const added =
      list.length -
      (jsonPatch.getValueByPointer(decision.pod.json, `/spec/${container.list}`) as unknown[]).length;
    expect(list[container.index + added]?.securityContext).toMatchObject({ readOnlyRootFilesystem: true });
  }
}

function count(seen: Map<string, number>, decision: Decision): void {
  const kinds: string[] = [decision.kind];
  if (decision.kind === 'judged') {
    kinds.push(decision.operations.length > 0 ? 'patched' : 'unchanged');
    if (
      decision.operations.some(
        ({ path }) => path.startsWith('/spec/initContainers/0') || path === '/spec/initContainers',
      )
    ) {
      kinds.push('seeded');
    }
  }
  for (const kind of kinds) seen.set(kind, (seen.get(kind) ?? 0) + 1);
}
