import { admit, samePolicyEverywhere } from '../src/core/admission/admit.ts';
import type { Decision } from '../src/core/admission/decision.ts';
import type { ReviewRequest } from '../src/core/admission/review.ts';
import type { World } from '../src/core/admission/world.ts';
import { compileCatalog } from '../src/core/catalog/lookup.ts';
import type { Profile } from '../src/core/catalog/profile.ts';
import { readProfile } from '../src/core/catalog/read-profile.ts';
import { readNamespacePolicy } from '../src/core/policy/namespace-policy.ts';

/** What the images of the reviews write to; the rest of a catalog is filled with profiles that match none of them. */
const MATCHING = [
  { repository: 'nginx', tags: '>=1.19', paths: ['/var/cache/nginx', '/var/run', '/tmp'] },
  { repository: 'envoyproxy/envoy', paths: ['/tmp', '/var/log/envoy'] },
  { repository: 'registry.k8s.io/git-sync/git-sync', paths: ['/tmp', '/git'] },
  { repository: 'fluent/fluent-bit', paths: ['/tmp', '/fluent-bit/state'] },
] as const;

export function worldOf(profiles: number): World {
  const others = Array.from({ length: Math.max(0, profiles - MATCHING.length) }, (_, index) => ({
    repository: `registry.example.com/team-${index % 97}/service-${index}`,
    tags: index % 3 === 0 ? '>=1.2 <4' : '*-alpine',
    paths: ['/tmp', `/var/lib/service-${index}`],
  }));
  return {
    catalog: compileCatalog([...MATCHING, ...others].map(profile), {
      mirrors: [],
      namespacedExemptions: true,
    }),
    settings: {
      podAnnotations: true,
      record: true,
      runtime: { imageVolumePaths: 'copied', emptyDirMode: true },
    },
  };
}

/** What the webhook makes of a world, whose settings it puts together anew for each review. */
export function admitIn({ catalog, settings }: World): (request: ReviewRequest) => Decision {
  const { policy } = readNamespacePolicy({ 'rootlock.dev/mode': 'enforce' });
  const policies = samePolicyEverywhere(policy);
  return (request) => {
    const world = { catalog, settings: { ...settings, runtime: { ...settings.runtime } } };
    return admit(request, world, policies, Date.now());
  };
}

type Row = { readonly repository: string; readonly tags?: string; readonly paths: readonly string[] };

function profile({ repository, tags, paths }: Row, index: number): Profile {
  const read = readProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: `profile-${index}`, generation: 1, labels: { 'rootlock.dev/source': 'builtin' } },
    spec: { image: { repository, ...(tags && { tags }) }, paths: paths.map((path) => ({ path })) },
  });
  if (read.kind === 'malformed') throw new Error(`profile ${index}: ${JSON.stringify(read.problems)}`);
  return read.profile;
}
