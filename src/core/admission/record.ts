import type { Profile } from '../catalog/profile.ts';
import type { ContainerDecision } from './decision.ts';
import { isOurVolume } from './volume-name.ts';

/**
 * The value of `rootlock.dev/hardened`: for each hardened container the profiles and generations it was hardened
 * by, and the paths that our volumes serve. A function of the pod as it will be, so that a second pass writes the same.
 */
export function recordOf(containers: readonly ContainerDecision[]): string | undefined {
  const entries = containers.flatMap((decision) =>
    decision.kind === 'hardened' ? [[decision.container.name, containerRecord(decision)] as const] : [],
  );
  return entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : undefined;
}

export type ContainerRecord = {
  /** `nginx@3`, or `shop/nginx@3` for a profile of a namespace; empty where the image was unknown. */
  readonly profiles: readonly string[];
  readonly paths: readonly string[];
};

function containerRecord({
  profiles,
  plan,
}: Extract<ContainerDecision, { kind: 'hardened' }>): ContainerRecord {
  const there = plan.notMounted.filter(
    ({ reason, volume }) => reason === 'already-mounted' && isOurVolume(volume ?? ''),
  );
  return {
    profiles: profiles.map(profileVersion),
    paths: [...plan.mounts, ...there].map(({ path }) => path).toSorted(),
  };
}

/** A profile as people and records name it; one that never was in a cluster has no generation. */
export function profileVersion({ namespace, name, generation }: Profile): string {
  const version = generation > 0 ? `@${generation}` : '';
  return `${namespace === undefined ? '' : `${namespace}/`}${name}${version}`;
}
