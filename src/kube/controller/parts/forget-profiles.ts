import type { ObservedProfile } from '../../../core/observed/observed-profile.ts';
import { retentionOf } from '../../../core/retention.ts';
import { again, type Controller, type ControllerContext, DONE } from '../controller.ts';

/** The longest that a key waits for its time: timers do not reach much farther. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** Removes learned profiles that nothing uses any more, and learned exemptions that have expired. Keys are profiles. */
export function forgetProfiles({ world, usage, perform, settings, now, log }: ControllerContext): Controller {
  return {
    name: 'forget',
    concurrency: 2,
    watch: (enqueue) => {
      const caches = [world.clusterProfiles, world.namespacedProfiles];
      const wake = (key: string, profile: ObservedProfile | undefined) => {
        if (profile?.source === 'learned') enqueue(key);
      };
      usage.whenComplete(() => {
        for (const cache of caches) for (const [key, profile] of cache.entries()) wake(key, profile);
      });
      const ends = caches.map((cache) => cache.subscribe(({ key, after }) => wake(key, after)));
      return () => {
        for (const end of ends) end();
      };
    },
    reconcile: async (key) => {
      const profile = world.profile(key);
      if (profile === undefined || !usage.isComplete()) return DONE;
      const retention = retentionOf({
        profile,
        pods: usage.byProfile.get(key).size,
        now: now(),
        forgetAfterMs: settings.forgetAfterMs,
      });
      switch (retention.kind) {
        case 'keep':
          return DONE;
        case 'keep-until':
          return again(Math.min(Math.max(retention.until - now(), 1_000), MAX_WAIT_MS));
        case 'forget': {
          const { reference, resourceVersion } = profile;
          const done = await perform({ kind: 'delete', target: reference, resourceVersion });
          if (done.kind !== 'done') return DONE;
          log.info('learned profile forgotten', { profile: key, because: retention.because });
          await perform({
            kind: 'tell',
            telling: {
              reason: 'ProfileForgotten',
              about: reference,
              action: 'Forget',
              note: NOTES[retention.because],
            },
          });
          return DONE;
        }
      }
    },
  };
}

const NOTES = {
  unused:
    'No pod has used this learned profile for a long time: it was removed, and is learned again when it is needed.',
  expired: 'This exemption has expired: it was removed, and new pods of the image are hardened again.',
} as const;
