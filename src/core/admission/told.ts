import type { Profile } from '../catalog/profile.ts';
import type { MountPlan } from './mount-plan.ts';
import { isOurVolume } from './volume-name.ts';

/** What record, warnings and audit log say of how a container is hardened. */
export type Told = {
  /** `nginx@3`, or `shop/nginx@3` for a profile of a namespace; empty where the image was unknown. */
  readonly profiles: readonly string[];
  /** Where volumes are mounted: `/tmp, /var/run`. */
  readonly mounts: string;
  /** JSON of the container's part in the record. */
  readonly record: string;
};

/** What `rootlock.dev/hardened` says of one container. */
export type ContainerRecord = {
  readonly profiles: readonly string[];
  /** That our volumes serve. */
  readonly paths: readonly string[];
};

export function toldOf(profiles: readonly Profile[], { mounts, notMounted }: MountPlan): Told {
  const there = notMounted.filter(
    ({ reason, volume }) => reason === 'already-mounted' && isOurVolume(volume ?? ''),
  );
  const record: ContainerRecord = {
    profiles: profiles.map(profileVersion),
    paths: [...mounts, ...there].map(({ path }) => path).toSorted(),
  };
  return {
    profiles: record.profiles,
    mounts: mounts.map(({ path }) => path).join(', '),
    record: JSON.stringify(record),
  };
}

/** A profile as people and records name it; one that never was in a cluster has no generation. */
export function profileVersion({ namespace, name, generation }: Profile): string {
  const version = generation > 0 ? `@${generation}` : '';
  return `${namespace === undefined ? '' : `${namespace}/`}${name}${version}`;
}
