import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { observeProfile, sameSpec } from '../../../src/core/observed/observed-profile.ts';

const METADATA = { name: 'app', uid: 'one', generation: 1, labels: { 'rootlock.dev/source': 'learned' } };

function profile(metadata: JsonObject = {}, status: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { ...METADATA, ...metadata },
    spec: { image: { repository: 'app' }, paths: [{ path: '/data' }] },
    status,
  };
}

const KNOWN = observeProfile(profile());

test('a profile of which only the status has changed keeps the spec that the catalog was made of', () => {
  const written = profile({ resourceVersion: '2', annotations: { any: 'thing' } }, { paths: 1 });
  const again = observeProfile(written, KNOWN);
  expect(again.read).toBe(KNOWN.read);
  expect(again).toEqual(observeProfile(written));
});

test.each<{ what: string; metadata: JsonObject }>([
  { what: 'another spec', metadata: { generation: 2 } },
  { what: 'another source', metadata: { labels: {} } },
  { what: 'another life', metadata: { uid: 'two' } },
])('a profile of $what is read anew', ({ metadata }) => {
  const again = observeProfile(profile(metadata), KNOWN);
  expect(again.read).not.toBe(KNOWN.read);
  expect(again).toEqual(observeProfile(profile(metadata)));
});

/** Of which no catalog is made, so that whatever is written to its status must not make another one. */
const MALFORMED = { ...profile(), spec: { image: {} } };

test.each([
  ['of which only the status was written', KNOWN, observeProfile(profile({}, { paths: 1 })), true],
  [
    'that cannot be read, and of which only the status was written',
    observeProfile(MALFORMED),
    observeProfile({ ...MALFORMED, status: { paths: 0 } }),
    true,
  ],
  ['that is not there, as before', undefined, undefined, true],
  ['that came', undefined, KNOWN, false],
  ['that went', KNOWN, undefined, false],
  ['of another spec', KNOWN, observeProfile(profile({ generation: 2 })), false],
  ['that was made anew', KNOWN, observeProfile(profile({ uid: 'two' })), false],
  ['of another source', KNOWN, observeProfile(profile({ labels: {} })), false],
])('whether a profile %s has the same spec', (_what, before, after, same) => {
  expect(sameSpec(before, after)).toBe(same);
});
