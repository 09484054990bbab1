import { FIELD_MANAGERS } from '../../../core/field-managers.ts';
import { type ObservedProfile, sameSpec } from '../../../core/observed/observed-profile.ts';
import type { PodUsage } from '../../../core/usage/pod-usage.ts';
import { conflictsOf, rivalryOf } from '../../../core/usage/profile-conflicts.ts';
import { isSaid, statusJson, statusOf } from '../../../core/usage/profile-status.ts';
import { again, type Controller, type ControllerContext, DONE, type Reconciled } from '../controller.ts';
import { createPace } from '../pace.ts';

/** Milliseconds between two writes of one profile's status, whatever happens meanwhile. */
const LEAST_MS = 30_000;

/** Keeps the status of every profile, but for what is the learner's. Keys are profiles. */
export function reportStatus({ world, usage, perform, settings, clock, now }: ControllerContext): Controller {
  const pace = createPace(clock, LEAST_MS);
  const caches = [world.clusterProfiles, world.namespacedProfiles];

  return {
    name: 'status',
    concurrency: 10,
    watch: (enqueue) => {
      usage.whenComplete(() => {
        for (const cache of caches) for (const [key] of cache.entries()) enqueue(key);
      });
      const wake = (keys: Iterable<string>) => {
        // Before that nothing can be said of any, and then all are looked at.
        if (usage.isComplete()) for (const key of keys) enqueue(key);
      };
      const ends = [
        ...caches.map((cache) =>
          cache.subscribe(({ key, before, after }) => {
            wake(sameSpec(before, after) ? [key] : [key, ...rivalsOf(before), ...rivalsOf(after)]);
          }),
        ),
        usage.subscribe(({ before, after }) => wake(profilesOf(before, after))),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    reconcile: async (key) => {
      const profile = world.profile(key);
      if (profile === undefined || profile.deleting) return DONE;
      // Before anything is counted: a profile of thousands of pods is told of each that comes and goes.
      const early = pace.left(key);
      if (early > 0) return again(early);
      const wanted = statusOf({
        profile,
        usages: usage.byProfile.get(key),
        conflicts: conflictsFor(profile),
        allowed: isAllowed(profile),
        now: now(),
      });
      if (isSaid(wanted, profile.status)) return untilItExpires(profile);
      pace.begin(key);
      const { apiVersion, kind, name, namespace } = profile.reference;
      await perform({
        kind: 'apply-status',
        manager: FIELD_MANAGERS.controller,
        object: {
          apiVersion,
          kind,
          metadata: { name, ...(namespace !== undefined && { namespace }) },
          status: statusJson(wanted),
        },
      });
      return untilItExpires(profile);
    },
  };

  function conflictsFor({ read }: ObservedProfile) {
    if (read.kind === 'malformed') return [];
    const rivals = [...world.rivals.get(rivalryOf(read.profile) ?? '')];
    return conflictsOf(
      read.profile,
      rivals.flatMap((rival) => (rival.read.kind === 'profile' ? [rival.read.profile] : [])),
    );
  }

  function rivalsOf(profile: ObservedProfile | undefined): readonly string[] {
    const rivalry = profile?.read.kind === 'profile' ? rivalryOf(profile.read.profile) : undefined;
    return rivalry === undefined ? [] : [...world.rivals.get(rivalry)].map(({ key }) => key);
  }

  /** The same rule as `compileCatalog`'s. */
  function isAllowed({ read }: ObservedProfile): boolean {
    if (settings.namespacedExemptions || read.kind === 'malformed') return true;
    const { action, namespace, source } = read.profile;
    return action === 'Harden' || namespace === undefined || source === 'learned';
  }

  function untilItExpires({ read }: ObservedProfile): Reconciled {
    const expires = read.kind === 'profile' ? read.profile.expires : undefined;
    return expires === undefined || expires <= now() ? DONE : again(Math.min(expires - now(), MAX_WAIT_MS));
  }
}

const MAX_WAIT_MS = 3_600_000;

function profilesOf(...usages: readonly (PodUsage | undefined)[]): ReadonlySet<string> {
  return new Set(usages.flatMap((usage) => usage?.containers.flatMap(({ profiles }) => profiles) ?? []));
}
