import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CatalogOptions, compileCatalog } from '../../../src/core/catalog/lookup.ts';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { type ImageReference, parseImage } from '../../../src/core/image/reference.ts';
import { anyProfiles, anyQuery } from './any-catalog.ts';
import { pathWith, profileWith } from './any-profile.ts';
import { plainLookup } from './plain-lookup.ts';

const OPTIONS: CatalogOptions = { mirrors: [], namespacedExemptions: true };
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('compileCatalog', () => {
  test('says how many profiles it was given', () => {
    expect(compileCatalog([profileWith(), profileWith({ name: 'other' })], OPTIONS).size).toBe(2);
    expect(compileCatalog([], OPTIONS).lookup(imageOf('nginx'), 'shop', 0)).toEqual({ kind: 'unknown' });
  });

  test.each([
    { repository: 'nginx', image: 'nginx:1.27', found: true },
    { repository: 'nginx', image: 'docker.io/library/nginx', found: true },
    { repository: 'nginx', image: 'quay.io/team/nginx', found: false },
    { repository: 'nginx', image: 'mirror.gcr.io/library/nginx', found: true },
    { repository: 'mirror.gcr.io/library/nginx', image: 'mirror.gcr.io/library/nginx', found: true },
    { repository: 'mirror.gcr.io/library/nginx', image: 'nginx', found: false },
    { repository: '**/nginx', image: 'quay.io/team/nginx', found: true },
    { repository: 'quay.io/*', image: 'quay.io/team/nginx', found: false },
    { repository: 'Not A Repository', image: 'nginx', found: false },
  ])('finds a profile for $repository for $image: $found', ({ repository, image, found }) => {
    const catalog = compileCatalog([profileWith({ image: { repository, digests: [] } })], OPTIONS);
    expect(catalog.lookup(imageOf(image), 'shop', 0).kind).toBe(found ? 'harden' : 'unknown');
  });

  test.each([
    { tags: undefined, digests: [], image: 'nginx', found: true },
    { tags: '>=1.19', digests: [], image: 'nginx:1.27', found: true },
    { tags: '>=1.19', digests: [], image: 'nginx:1.18', found: false },
    { tags: '>=1.19', digests: [], image: 'nginx', found: true },
    { tags: 'not a selector', digests: [], image: 'nginx', found: false },
    { tags: undefined, digests: [DIGEST], image: `nginx@${DIGEST}`, found: true },
    { tags: undefined, digests: [DIGEST], image: 'nginx', found: false },
    { tags: '<1.19', digests: [DIGEST], image: `nginx:1.27@${DIGEST}`, found: true },
    { tags: '>=1.19', digests: [DIGEST], image: 'nginx:1.27', found: true },
    { tags: '<1.19', digests: [DIGEST], image: 'nginx:1.27', found: false },
  ])(
    'selects $image by the tags $tags and the digests $digests: $found',
    ({ tags, digests, image, found }) => {
      const selector = { repository: 'nginx', digests, ...(tags !== undefined && { tags }) };
      const catalog = compileCatalog([profileWith({ image: selector })], OPTIONS);
      expect(catalog.lookup(imageOf(image), 'shop', 0).kind).toBe(found ? 'harden' : 'unknown');
    },
  );

  test.each([
    { what: 'a person', exempt: { source: 'person', namespace: 'shop' }, allowed: true, kind: 'exempt' },
    { what: 'a person', exempt: { source: 'person', namespace: 'shop' }, allowed: false, kind: 'harden' },
    { what: 'the learner', exempt: { source: 'learned', namespace: 'shop' }, allowed: false, kind: 'exempt' },
    {
      what: 'a forged release',
      exempt: { source: 'builtin', namespace: 'shop' },
      allowed: false,
      kind: 'harden',
    },
    { what: 'a person for the cluster', exempt: { source: 'person' }, allowed: false, kind: 'exempt' },
  ] as const)(
    'answers $kind to an exemption by $what where namespaces may exempt: $allowed',
    ({ exempt, allowed, kind }) => {
      const catalog = compileCatalog(
        [
          profileWith({ source: 'builtin' }),
          profileWith({ name: 'exempt', action: 'Exempt', reason: 'x', ...exempt }),
        ],
        { mirrors: [], namespacedExemptions: allowed },
      );
      expect(catalog.lookup(imageOf('nginx'), 'shop', 0).kind).toBe(kind);
    },
  );

  test('lets a profile count until it expires, whatever was asked before', () => {
    const catalog = compileCatalog(
      [
        profileWith({ name: 'first', expires: 100, paths: [pathWith('/a')] }),
        profileWith({ name: 'second', expires: 200, paths: [pathWith('/b')] }),
      ],
      OPTIONS,
    );
    for (const now of [99, 100, 199, 200, 100, 99, 300, 0]) {
      const match = catalog.lookup(imageOf('nginx'), 'shop', now);
      const names = match.kind === 'harden' ? match.profiles.map(({ name }) => name) : [];
      expect({ now, names }).toEqual({
        now,
        names: [...(now < 100 ? ['first'] : []), ...(now < 200 ? ['second'] : [])],
      });
    }
  });

  test('prefers what names the mirror itself to what it mirrors, and merges both', () => {
    const mirrors = [{ prefix: 'hub.example.com', target: 'docker.io' }];
    const catalog = compileCatalog(
      [
        profileWith({ name: 'a' }),
        profileWith({ name: 'b', image: { repository: 'hub.example.com/nginx', digests: [] } }),
      ],
      { mirrors, namespacedExemptions: true },
    );
    const match = catalog.lookup(imageOf('hub.example.com/nginx'), 'shop', 0);
    expect(match.kind === 'harden' && match.profiles.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  test('gives the same answer object again while it holds', () => {
    const catalog = compileCatalog([profileWith()], OPTIONS);
    const first = catalog.lookup(imageOf('nginx:1'), 'shop', 0);
    expect(catalog.lookup(imageOf('nginx:1'), 'shop', 1)).toBe(first);
    expect(catalog.lookup(imageOf('nginx:1'), 'other', 1)).toBe(first);
  });

  test('agrees with trying every profile, in any order of questions', () => {
    const anyMirrors = fc.constantFrom([], [{ prefix: 'hub.example.com', target: 'docker.io' }]);
    fc.assert(
      fc.property(
        anyProfiles(),
        anyMirrors,
        fc.boolean(),
        fc.array(anyQuery(), { minLength: 1, maxLength: 12 }),
        (profiles, mirrors, namespacedExemptions, queries) => {
          const catalog = compileCatalog(profiles, { mirrors, namespacedExemptions });
          for (const { image, namespace, now } of queries) {
            expect(catalog.lookup(image, namespace, now)).toEqual(
              plainLookup({ profiles, mirrors, namespacedExemptions, image, namespace, now }),
            );
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('never lets a profile of one namespace touch another', () => {
    fc.assert(
      fc.property(anyProfiles(), anyQuery(), (profiles, { image, namespace, now }) => {
        const without = profiles.filter(
          (profile) => profile.namespace === undefined || profile.namespace === namespace,
        );
        expect(compileCatalog(profiles, OPTIONS).lookup(image, namespace, now)).toEqual(
          compileCatalog(without, OPTIONS).lookup(image, namespace, now),
        );
      }),
    );
  });

  test('does not depend on the order of the profiles, and changes none', () => {
    fc.assert(
      fc.property(anyProfiles(), anyQuery(), (profiles, { image, namespace, now }) => {
        const before = JSON.stringify(profiles);
        const match = compileCatalog(profiles, OPTIONS).lookup(image, namespace, now);
        expect(compileCatalog(profiles.toReversed(), OPTIONS).lookup(image, namespace, now)).toEqual(match);
        expect(JSON.stringify(profiles)).toBe(before);
      }),
    );
  });
});

describe('a catalog of 10,000 profiles', () => {
  const looked: string[] = [];
  const repositories = Array.from({ length: 10_000 }, (_, index) => {
    const repository = [
      `team-${index}/app`,
      `quay.io/team-${index}-*/app`,
      `**/team-${index}/**`,
      `*.r${index}.example/x`,
    ][index % 4];
    return repository ?? 'nginx';
  });
  const catalog = compileCatalog(
    repositories.map((repository, index) =>
      watched(profileWith({ name: `p${index}`, image: { repository, digests: [] } })),
    ),
    OPTIONS,
  );

  test.each([
    { image: 'team-4000/app:1', names: ['p4000'] },
    { image: 'quay.io/team-4001-a/app', names: ['p4001'] },
    { image: 'ghcr.io/x/team-4002/y/z', names: ['p4002'] },
    { image: 'eu.r4003.example/x', names: ['p4003'] },
    { image: 'team-4004/team-4002', names: ['p4002'] },
    { image: 'nginx', names: [] },
  ])('finds $names for $image, and looks at no other profile', ({ image, names }) => {
    looked.length = 0;
    const match = catalog.lookup(imageOf(image), 'shop', 0);
    expect(match.kind === 'harden' ? match.profiles.map(({ name }) => name) : []).toEqual(names);
    expect([...new Set(looked)]).toEqual(names);
  });

  /** A profile that notes whenever its selector is read. */
  function watched(profile: Profile): Profile {
    const { image, name } = profile;
    return Object.defineProperty({ ...profile }, 'image', {
      get: () => {
        looked.push(name);
        return image;
      },
    });
  }
});

function imageOf(text: string): ImageReference {
  const parsed = parseImage(text);
  if (parsed.kind === 'malformed') throw new Error(parsed.problem);
  return parsed.image;
}
