import type { Profile } from '../../../core/catalog/profile.ts';
import { keyOf } from '../../../core/object-reference.ts';
import { sameSpec } from '../../../core/observed/observed-profile.ts';
import { usageOf } from '../../../core/usage/pod-usage.ts';
import {
  again,
  type Controller,
  type ControllerContext,
  DONE,
  type Enqueue,
  type Reconciled,
} from '../controller.ts';

/** Profiles change by the hundred when a release is shipped: milliseconds for them to be looked at together. */
const TOGETHER_MS = 200;
/** The key of that look: no pod is called so. */
const PROFILES = '*';

/**
 * Keeps the usage book: judges each pod when it, its namespace or a profile for it changes. Keys are pods. It writes
 * nothing to the cluster; the parts that do are told of what changed by the book.
 */
export function judgeUsage({ world, usage, admission, now, log }: ControllerContext): Controller {
  const unjudged = new Set<string>();
  /** Profiles as they were before they changed, and as they are since. */
  let changed: Profile[] = [];
  let enqueueAgain: Enqueue = () => undefined;
  const judge = (key: string) => {
    const pod = world.pods.get(key);
    const namespace = pod && world.namespaces.get(pod.namespace);
    if (pod === undefined || namespace === undefined) return usage.set(key, undefined);
    const judged = usageOf({
      pod,
      namespace,
      world: { catalog: world.catalog(), settings: admission.settings() },
      specChanged: (profile) => world.profile(profile)?.specChanged ?? 0,
      now: now(),
    });
    usage.set(key, judged);
  };
  const enqueuePods = (namespace: string, enqueue: Enqueue) => {
    for (const pod of world.podsIn.get(namespace)) enqueue(keyOf(pod));
  };
  const enqueueAll = (enqueue: Enqueue) => {
    for (const namespace of world.podsIn.groups()) {
      if (world.namespaces.get(namespace)?.policy.mode !== 'off') enqueuePods(namespace, enqueue);
    }
  };

  return {
    name: 'usage',
    concurrency: 1,
    watch: (enqueue) => {
      enqueueAgain = enqueue;
      for (const [key] of world.pods.entries()) {
        unjudged.add(key);
        enqueue(key);
      }
      completeOnceJudged();
      const ends = [
        admission.subscribe(() => enqueueAll(enqueue)),
        world.pods.subscribe(({ key }) => enqueue(key)),
        world.namespaces.subscribe(({ key, before, after }) => {
          if (JSON.stringify(before) !== JSON.stringify(after)) enqueuePods(key, enqueue);
        }),
        ...[world.clusterProfiles, world.namespacedProfiles].map((cache) =>
          cache.subscribe(({ before, after }) => {
            if (sameSpec(before, after)) return;
            changed.push(
              ...[before, after].flatMap((each) => (each?.read.kind === 'profile' ? each.read.profile : [])),
            );
            enqueue(PROFILES, TOGETHER_MS);
          }),
        ),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    reconcile: async (key) => {
      if (key === PROFILES) return judgeThoseOfProfiles();
      judge(key);
      if (unjudged.delete(key)) completeOnceJudged();
      return untilProfilesExpire(key);
    },
  };

  function judgeThoseOfProfiles(): Reconciled {
    const profiles = changed;
    changed = [];
    for (const pod of world.podsFor(profiles)) enqueueAgain(keyOf(pod));
    return DONE;
  }

  function completeOnceJudged(): void {
    if (unjudged.size > 0) return;
    usage.complete();
    log.info('usage known', { pods: world.pods.size() });
  }

  /** From then on other profiles count for the pod. */
  function untilProfilesExpire(key: string): Reconciled {
    const keys = usage.get(key)?.containers.flatMap(({ profiles }) => profiles) ?? [];
    const expiries = keys.flatMap((profile) => {
      const read = world.profile(profile)?.read;
      return read?.kind === 'profile' ? (read.profile.expires ?? []) : [];
    });
    const left = Math.min(...expiries) - now();
    return left < MAX_WAIT_MS ? again(Math.max(left, 0) + 1_000) : DONE;
  }
}

/** Farther than this a timer does not reach (2^31 ms); a term does not last so long without other changes. */
const MAX_WAIT_MS = 20 * 24 * 3_600_000;
