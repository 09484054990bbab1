import fc from 'fast-check';
import type { Profile, ProfilePath, StatedFacts } from '../../../src/core/catalog/profile.ts';
import { type ImageReference, parseImage } from '../../../src/core/image/reference.ts';
import { pathWith } from './any-profile.ts';

const DIGESTS = ['0', '1'].map((digit) => `sha256:${digit.repeat(64)}`);

/** Patterns as people write them, few enough that they meet, beside what they stand for. */
export const PATTERNS: Readonly<Record<string, string>> = {
  nginx: 'docker.io/library/nginx',
  'docker.io/nginx': 'docker.io/library/nginx',
  'nginx*': 'docker.io/library/nginx*',
  'bitnami/redis': 'docker.io/bitnami/redis',
  'bitnami/*': 'docker.io/bitnami/*',
  'docker.io/**': 'docker.io/**',
  '**/nginx': '**/nginx',
  '*/library/*': '*/library/*',
  'quay.io/a/**/c': 'quay.io/a/**/c',
  'quay.io/*/b': 'quay.io/*/b',
  'hub.example.com/library/nginx': 'hub.example.com/library/nginx',
  'mirror.gcr.io/**': 'mirror.gcr.io/**',
  '**': '**',
};

const IMAGES = [
  'nginx',
  'nginx-x',
  'bitnami/redis',
  'quay.io/a/b',
  'quay.io/a/b/c',
  'hub.example.com/library/nginx',
  'mirror.gcr.io/library/nginx',
];

export function anyProfiles(): fc.Arbitrary<readonly Profile[]> {
  return fc.uniqueArray(anyProfile(), {
    maxLength: 12,
    selector: ({ namespace, name }) => `${namespace}/${name}`,
  });
}

function anyProfile(): fc.Arbitrary<Profile> {
  return fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'B', 'a-10', 'a-9'),
      namespace: fc.constantFrom('shop', 'bank'),
      generation: fc.constant(1),
      source: fc.constantFrom('person', 'learned', 'builtin'),
      image: anySelector(),
      action: fc.constantFrom('Harden', 'Harden', 'Harden', 'Exempt'),
      reason: fc.constant('because'),
      expires: fc.constantFrom(10, 20, 30),
      strategy: fc.constantFrom('Merge', 'Merge', 'Merge', 'Replace'),
      paths: anyPaths(),
      env: fc.uniqueArray(
        fc.record({ name: fc.constantFrom('HOME', 'TMPDIR'), value: fc.constantFrom('/tmp', '/run') }),
        {
          selector: ({ name }) => name,
        },
      ),
      facts: anyFacts(),
    },
    {
      requiredKeys: [
        'name',
        'generation',
        'source',
        'image',
        'action',
        'reason',
        'strategy',
        'paths',
        'env',
        'facts',
      ],
    },
  );
}

function anySelector(): fc.Arbitrary<Profile['image']> {
  return fc.record(
    {
      repository: fc.constantFrom(...Object.keys(PATTERNS)),
      tags: fc.constantFrom('>=1.19', '<2', '*-alpine', 'latest'),
      digests: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray(DIGESTS)),
    },
    { requiredKeys: ['repository', 'digests'] },
  );
}

function anyPaths(): fc.Arbitrary<readonly ProfilePath[]> {
  const path = fc.tuple(
    fc.constantFrom('/run', '/var/run', '/var/run/a', '/tmp', '/var/lock'),
    fc.constantFrom('', 'Memory'),
  );
  return fc.uniqueArray(
    path.map(([text, medium]) => pathWith(text, { medium })),
    { maxLength: 3, selector: ({ path: text }) => text },
  );
}

function anyFacts(): fc.Arbitrary<StatedFacts> {
  return fc.record(
    {
      volumes: fc.subarray([pathWith('/data').path, pathWith('/logs').path]),
      shell: fc.boolean(),
      separateVarRun: fc.boolean(),
    },
    { requiredKeys: [] },
  );
}

export type Query = { readonly image: ImageReference; readonly namespace: string; readonly now: number };

export function anyQuery(): fc.Arbitrary<Query> {
  const image = fc
    .tuple(
      fc.constantFrom(...IMAGES),
      fc.constantFrom('', ':1.18', ':1.27-alpine', ':2.0', ':latest'),
      fc.constantFrom('', ...DIGESTS.map((digest) => `@${digest}`)),
    )
    .map((parts) => {
      const parsed = parseImage(parts.join(''));
      if (parsed.kind === 'malformed') throw new Error(parsed.problem);
      return parsed.image;
    });
  return fc.record({
    image,
    namespace: fc.constantFrom('shop', 'bank', 'other'),
    now: fc.constantFrom(0, 10, 15, 20, 25, 30),
  });
}
