import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../../src/core/admission/decide.ts';
import type { Decision } from '../../../src/core/admission/decision.ts';
import { blockedPath } from '../../../src/core/catalog/blocked-paths.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { anyPod } from '../../support/any-pod.ts';
import { anyWorld } from '../../support/any-world.ts';

/** Namespaced profiles in all; one run generates five. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 10_000);

/** What a tenant, or a forged log line, may come up with; what `readProfile` refuses does not count anyway. */
const path = fc.record({
  path: fc.constantFrom(
    '/',
    '/usr/bin',
    '/usr/bin/x',
    '/etc',
    '/etc/app',
    '/proc/sys',
    '/sys',
    '/dev/shm',
    '/tmp',
    '/run',
    '/var/run/secrets/kubernetes.io/serviceaccount',
    '/data',
    '/app',
    '/var/lib/x/../../../etc',
    '/a:b',
  ),
  content: fc.constantFrom('Empty', 'Copy'),
  class: fc.constantFrom('Scratch', 'Data'),
});

const namespaced: fc.Arbitrary<JsonObject> = fc.record({
  apiVersion: fc.constant('rootlock.dev/v1alpha1'),
  kind: fc.constant('WritablePathProfile'),
  metadata: fc.record({
    name: fc.uuid(),
    namespace: fc.constant('shop'),
    generation: fc.nat(3),
    labels: fc.constantFrom<JsonObject>(
      {},
      { 'rootlock.dev/source': 'learned' },
      { 'rootlock.dev/source': 'builtin' },
    ),
  }),
  spec: fc.record(
    {
      image: fc.record({
        repository: fc.constantFrom(
          'nginx',
          'redis',
          '**',
          '*/**',
          'docker.io/**',
          'quay.io/**',
          'registry.example.com:5000/**',
        ),
      }),
      action: fc.constantFrom('Harden', 'Exempt'),
      reason: fc.constant('because'),
      strategy: fc.constantFrom('Merge', 'Replace'),
      paths: fc.uniqueArray(path, { maxLength: 4, selector: (each) => each.path }),
      env: fc.constantFrom([], [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }]),
    },
    { requiredKeys: ['image'] },
  ),
});

function readAll(objects: readonly JsonObject[]): readonly Profile[] {
  return objects.flatMap((object) => {
    const read = readProfile(object);
    return read.kind === 'profile' ? read.profile : [];
  });
}

describe(`the profiles of a namespace, ${RUNS} generated ones`, () => {
  test(
    'never change a pod of another namespace, and none of their own beyond what its labels allow',
    () => {
      let read = 0;
      let hardened = 0;
      fc.assert(
        fc.property(
          anyPod,
          anyWorld,
          fc.array(namespaced, { minLength: 5, maxLength: 5 }),
          fc.array(namespaced, { minLength: 1, maxLength: 3 }),
          (pod, { policy, world }, tenants, clusters) => {
            const shared = readAll(clusters.map(asClusterProfile));
            const own = readAll(tenants);
            read += own.length;
            const options = { mirrors: [], namespacedExemptions: true };
            const with_ = { ...world, catalog: compileCatalog([...shared, ...own], options) };
            const without = { ...world, catalog: compileCatalog(shared, options) };
            const asked = (namespace: string) => ({ pod, namespace, policy, policyProblems: [], now: 0 });
            expect(decide(asked('bank'), with_)).toEqual(decide(asked('bank'), without));
            const decision = decide(asked('shop'), with_);
            const before = decide(asked('shop'), without);
            expectWithinLabels(decision, before, policy);
            if (decision.kind === 'judged' && decision.operations.length > 0) hardened += 1;
          },
        ),
        { numRuns: RUNS / 5 },
      );
      expect(read).toBeGreaterThan(RUNS / 20);
      expect(hardened).toBeGreaterThan(RUNS / 100);
    },
    10 * 60_000,
  );
});

function asClusterProfile({ metadata, ...rest }: JsonObject): JsonObject {
  const { namespace: _, ...kept } = metadata as JsonObject & { readonly namespace: string };
  return { ...rest, kind: 'ClusterWritablePathProfile', metadata: kept };
}

/** Namespaced profiles make an image known, list its paths, or exempt it. They change nothing else of the decision. */
function expectWithinLabels(decision: Decision, before: Decision, policy: { readonly mode: string }): void {
  if (before.kind === 'left-alone') expect(decision).toEqual(before);
  if (before.kind === 'denied' && before.reason !== 'unknown-image') {
    expect(decision).toEqual(expect.objectContaining({ kind: 'denied', reason: before.reason }));
  }
  if (decision.kind !== 'judged') return;
  expect(decision.mode).toBe(policy.mode);
  for (const container of decision.containers) {
    if (container.kind !== 'hardened') continue;
    for (const { path: mounted } of container.plan.mounts) expect(blockedPath(mounted)).toBeUndefined();
  }
}
