import { describe, expect, test } from '@jest/globals';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import {
  agreedName,
  agreedObject,
  agreedPaths,
  saysAll,
  withAgreed,
} from '../../../src/core/healing/agreement.ts';
import { GUESSED } from '../../../src/core/healing/remedy.ts';
import { pathWith, profileWith } from '../catalog/any-profile.ts';

const REPOSITORY = 'ghcr.io/team/app';

function learned(namespace: string, ...paths: Parameters<typeof pathWith>[]): Profile {
  return profileWith({
    namespace,
    source: 'learned',
    image: { repository: REPOSITORY, digests: [] },
    paths: paths.map(([path, given]) => pathWith(path, given)),
  });
}

describe('agreedPaths', () => {
  test.each<{ what: string; profiles: readonly Profile[]; want: readonly string[] }>([
    {
      what: 'what enough namespaces have learned',
      profiles: [learned('a', ['/tmp'], ['/x']), learned('b', ['/tmp']), learned('c', ['/tmp'])],
      want: ['/tmp Empty'],
    },
    {
      what: 'two names of one directory',
      profiles: [learned('a', ['/run/x']), learned('b', ['/var/run/x']), learned('c', ['/run/x'])],
      want: ['/run/x Empty'],
    },
    {
      what: 'content where one of them copies it',
      profiles: [learned('a', ['/x']), learned('b', ['/x', { content: 'Copy' }]), learned('c', ['/x'])],
      want: ['/x Copy'],
    },
    {
      what: 'nothing that several profiles of too few namespaces say',
      profiles: [
        learned('a', ['/x'], ['/run/x']),
        learned('a', ['/x'], ['/var/run/x']),
        learned('b', ['/x']),
      ],
      want: [],
    },
    {
      what: "no users' data",
      profiles: [learned('a', ['/x']), learned('b', ['/x', { class: 'Data' }]), learned('c', ['/x'])],
      want: [],
    },
    {
      what: 'no guesses',
      profiles: [learned('a', ['/x', { description: GUESSED }]), learned('b', ['/x']), learned('c', ['/x'])],
      want: [],
    },
    {
      what: 'nothing of people',
      profiles: [learned('a', ['/x']), learned('b', ['/x']), { ...learned('c', ['/x']), source: 'person' }],
      want: [],
    },
  ])('takes $what', ({ profiles, want }) => {
    expect(agreedPaths(profiles, 3).map(({ path, content }) => `${path} ${content}`)).toEqual(want);
  });
});

test('agreedObject is a learned cluster profile that can be read', () => {
  const paths = agreedPaths([learned('a', ['/tmp'], ['/x', { content: 'Copy' }])], 1);
  const read = readProfile(agreedObject(REPOSITORY, paths));
  expect(read).toEqual({
    kind: 'profile',
    profile: expect.objectContaining({ name: 'learned-ghcr-io-team-app', source: 'learned', paths }),
  });
  expect(agreedName(`ghcr.io/${'long/'.repeat(30)}`).length).toBeLessThanOrEqual(63);
});

test('withAgreed keeps what was agreed before, though some of the namespaces are gone, and no more than a profile takes', () => {
  const known = learned('a', ['/x', { content: 'Copy' }], ['/var/run/y']);
  const words = (paths: readonly string[]) =>
    withAgreed(
      known,
      paths.map((path) => pathWith(path)),
    ).map(({ path, content }) => `${path} ${content}`);
  expect(words(['/z'])).toEqual(['/var/run/y Empty', '/x Copy', '/z Empty']);
  expect(words(['/x', '/run/y'])).toEqual(['/run/y Empty', '/x Copy']);
  expect(withAgreed(undefined, [pathWith('/x')])).toEqual([pathWith('/x')]);
  const many = words(Array.from({ length: 70 }, (_, index) => `/many/${index}`));
  expect(many.length).toBe(64);
  expect(many).toEqual(expect.arrayContaining(['/var/run/y Empty', '/x Copy']));
});

test('saysAll asks for every path, with its content', () => {
  const paths = [pathWith('/tmp'), pathWith('/x', { content: 'Copy' })];
  expect(saysAll(undefined, paths)).toBe(false);
  expect(saysAll(learned('a', ['/tmp'], ['/x']), paths)).toBe(false);
  expect(saysAll(learned('a', ['/tmp', { content: 'Copy' }], ['/x', { content: 'Copy' }]), paths)).toBe(true);
});
