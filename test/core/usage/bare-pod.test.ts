import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { decide } from '../../../src/core/admission/decide.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { barePod } from '../../../src/core/usage/bare-pod.ts';
import { anyPod } from '../../support/any-pod.ts';
import { anyWorld } from '../../support/any-world.ts';

test('a pod without what admission gave it would be given the same again', () => {
  let given = 0;
  fc.assert(
    fc.property(anyPod, anyWorld, (pod, { policy, world }) => {
      const asked = (json: unknown) =>
        decide({ pod: json, namespace: 'shop', policy, policyProblems: [], now: 0 }, world);
      // A pod that comes with volumes named like ours has them taken away as well.
      fc.pre(!JSON.stringify(pod).includes('"rootlock-'));
      const decision = asked(pod);
      if (decision.kind !== 'judged') return;
      const operations = structuredClone([...decision.operations]) as jsonPatch.Operation[];
      const patched = jsonPatch.applyPatch(structuredClone(pod) as JsonObject, operations).newDocument;
      const again = asked(barePod(patched));
      expect(again.kind === 'judged' && again.containers.map(mountsOf)).toEqual(
        decision.containers.map(mountsOf),
      );
      given += decision.operations.length;
    }),
    { numRuns: 2_000 },
  );
  expect(given).toBeGreaterThan(100);
});

type Judged = Extract<ReturnType<typeof decide>, { kind: 'judged' }>;

function mountsOf(container: Judged['containers'][number]): unknown {
  return container.kind === 'hardened'
    ? container.plan.mounts.map(({ path, seed }) => ({ path, seed }))
    : container.kind;
}
