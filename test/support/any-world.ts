import fc from 'fast-check';
import type { World } from '../../src/core/admission/world.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import type { Profile } from '../../src/core/catalog/profile.ts';
import type { ContainerPath } from '../../src/core/container-path.ts';
import type { NamespacePolicy } from '../../src/core/policy/namespace-policy.ts';

export type AnyWorld = {
  readonly world: World;
  readonly policy: NamespacePolicy;
  /** What the world's catalog is made of. */
  readonly profiles: readonly Profile[];
};

const path = fc.record({
  path: fc.constantFrom(
    '/tmp',
    '/run',
    '/var/run',
    '/var/cache/nginx',
    '/var/cache',
    '/data',
    '/app',
    '/var/lib/x',
    '/dev/shm',
  ) as fc.Arbitrary<ContainerPath>,
  medium: fc.constantFrom('' as const, '' as const, 'Memory' as const),
  content: fc.constantFrom('Empty' as const, 'Empty' as const, 'Copy' as const),
  class: fc.constantFrom('Scratch' as const, 'Data' as const),
  description: fc.constant('written'),
});

const profile: fc.Arbitrary<Profile> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  generation: fc.nat(3),
  source: fc.constantFrom('person' as const, 'learned' as const, 'builtin' as const),
  image: fc.record({
    repository: fc.constantFrom('nginx', 'redis', 'registry.example.com:5000/**', 'quay.io/team/*'),
    digests: fc.constant([]),
  }),
  action: fc.constantFrom('Harden' as const, 'Harden' as const, 'Harden' as const, 'Exempt' as const),
  reason: fc.constant('because'),
  strategy: fc.constantFrom('Merge' as const, 'Replace' as const),
  paths: fc.uniqueArray(path, { maxLength: 4, selector: (each) => each.path }),
  env: fc.uniqueArray(fc.record({ name: fc.constantFrom('HOME', 'TMPDIR'), value: fc.constant('/tmp') }), {
    maxLength: 2,
    selector: (each) => each.name,
  }),
  facts: fc.record({
    volumes: fc.uniqueArray(fc.constantFrom('/data', '/var/lib/x') as fc.Arbitrary<ContainerPath>, {
      maxLength: 2,
    }),
    shell: fc.boolean(),
    separateVarRun: fc.boolean(),
  }),
});

const policy: fc.Arbitrary<NamespacePolicy> = fc.record({
  mode: fc.constantFrom(
    'enforce' as const,
    'enforce' as const,
    'enforce' as const,
    'audit' as const,
    'off' as const,
  ),
  unknownImages: fc.constantFrom('leave' as const, 'scratch' as const, 'deny' as const),
  privileged: fc.constantFrom('warn' as const, 'warn' as const, 'remove' as const, 'deny' as const),
  explicitFalse: fc.constantFrom('respect' as const, 'override' as const, 'deny' as const),
  dataPaths: fc.constantFrom('mount' as const, 'ask' as const),
  heal: fc.constant('auto' as const),
  rollout: fc.constant('off' as const),
});

const runtime = fc.record({
  imageVolumePaths: fc.constantFrom('copied' as const, 'read-only' as const, 'unknown' as const),
  emptyDirMode: fc.boolean(),
  seedImage: fc.constantFrom(undefined, 'registry.example.com/seed:1'),
});

/** A catalog, an installation and a namespace's choices. */
export const anyWorld: fc.Arbitrary<AnyWorld> = fc
  .record({
    profiles: fc.array(profile, { maxLength: 5 }),
    policy,
    runtime,
    podAnnotations: fc.boolean(),
    record: fc.boolean(),
  })
  .map(({ profiles, policy: chosen, runtime: { seedImage, ...facts }, podAnnotations, record }) => ({
    profiles,
    policy: chosen,
    world: {
      catalog: compileCatalog(profiles, { mirrors: [], namespacedExemptions: true }),
      settings: {
        podAnnotations,
        record,
        runtime: { ...facts, ...(seedImage !== undefined && { seedImage }) },
      },
    },
  }));
