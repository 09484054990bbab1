import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/admission/decide.ts';
import { createAnswer } from '../../src/http/answer.ts';
import { createRepeatedPods } from '../../src/http/repeated-pods.ts';
import { anyPod } from '../support/any-pod.ts';
import { anyWorld } from '../support/any-world.ts';
import { silentLog } from '../support/silent-log.ts';
import { reviewText } from './webhook.ts';

/** A million where a machine has the night for it. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 3_000);

/** A few bytes of a review changed, taken out, doubled, or put in. */
const damage = fc.array(
  fc.record({
    at: fc.nat(),
    cut: fc.nat(8),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom('{', '[', '}', ']', '"', '\\', ':null,', '[[[[', '"__proto__":{},').map(Buffer.from),
    ),
  }),
  { maxLength: 3 },
);

test(`${RUNS} damaged reviews of generated pods are each decided or refused, and nothing throws`, () => {
  const kinds = new Map<string, number>();
  const failures: unknown[] = [];
  fc.assert(
    fc.property(anyPod, anyWorld, damage, (pod, { policy, world }, changes) => {
      const answer = createAnswer({
        admit: ({ object }) =>
          decide({ pod: object, namespace: 'shop', policy, policyProblems: [], now: 0 }, world),
        repeated: createRepeatedPods({ revision: () => 0, now: () => 0 }),
        onError: 'admit',
        log: { ...silentLog, error: (_message, fields) => failures.push(fields) },
        failed: () => {},
      });
      const answered = answer(damaged(Buffer.from(reviewText('uid', pod)), changes), 'mutate');
      if (answered instanceof Promise) throw new Error('expected an answer at once');
      expect(failures).toEqual([]);
      kinds.set(answered.kind, (kinds.get(answered.kind) ?? 0) + 1);
      if (answered.kind === 'review') expect(JSON.parse(answered.text).response.uid).toBe(answered.uid);
    }),
    { numRuns: RUNS },
  );
  expect([...kinds.keys()].toSorted()).toEqual(['malformed', 'refused', 'review']);
});

function damaged(review: Buffer, changes: readonly { at: number; cut: number; put: Uint8Array }[]): Buffer {
  return changes.reduce((body, { at, cut, put }) => {
    const place = at % (body.length + 1);
    return Buffer.concat([body.subarray(0, place), put, body.subarray(place + cut)]);
  }, review);
}
