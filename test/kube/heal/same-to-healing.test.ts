import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { HEALING_ANNOTATION, observeProfile } from '../../../src/core/observed/observed-profile.ts';
import { sameToHealing } from '../../../src/kube/heal/same-to-healing.ts';

function profile(status: JsonObject, generation = 1, annotations: JsonObject = {}) {
  return observeProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: { namespace: 'shop', name: 'app', uid: 'app', generation, annotations },
    spec: { image: { repository: 'app' }, paths: [] },
    status,
  });
}

const PLAIN = profile({});

test('what the controller counts in a status is no reason to look at a namespace', () => {
  const counted = {
    matched: { pods: 3, hardened: 3, failing: 0 },
    lastUsed: '2026-11-01T00:00:00Z',
    paths: 0,
  };
  expect(sameToHealing(PLAIN, profile(counted))).toBe(true);
});

test.each([
  { what: 'is made', before: undefined, after: PLAIN },
  { what: 'is gone', before: PLAIN, after: undefined },
  { what: 'has another spec', before: PLAIN, after: profile({}, 2) },
  { what: 'has something to remember', before: PLAIN, after: profile({}, 1, { [HEALING_ANNOTATION]: '{}' }) },
  { what: 'has a proposal', before: PLAIN, after: profile({ proposals: [{ path: '/data' }] }) },
])('a profile that $what is one', ({ before, after }) => {
  expect(sameToHealing(before, after)).toBe(false);
});
