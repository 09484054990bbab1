import { missedOf, remedyFor } from '../../../core/usage/missed-note.ts';
import { again, type Controller, type ControllerContext, DONE } from '../controller.ts';
import { createOwners } from '../owners.ts';

/** Milliseconds: a pod that is being replaced anyway is not worth an event. */
const SETTLE_MS = 10_000;
/** Before an event that there were too many others for is tried once more. */
const LATER_MS = 30_000;

/** Tells owners what admission missed on their pods. Keys are the direct owners of pods (`PodUsage.ownerKey`). */
export function tellMissed({ world, usage, reads, perform }: ControllerContext): Controller {
  const owners = createOwners(reads);
  return {
    name: 'missed',
    concurrency: 4,
    watch: (enqueue) => {
      usage.whenComplete(() => {
        for (const owner of usage.byOwner.groups()) enqueue(owner, SETTLE_MS);
      });
      return usage.subscribe(({ after }) => {
        if (after !== undefined && usage.isComplete()) enqueue(after.ownerKey, SETTLE_MS);
      });
    },
    reconcile: async (ownerKey) => {
      const usages = usage.byOwner.get(ownerKey);
      const [first] = usages;
      const pod = first && world.pods.get(first.key);
      if (pod === undefined || missedOf(usages, '') === undefined) return DONE;
      const { namespace, name, uid, owner } = pod;
      const about = owner
        ? await owners.rootOf(owner)
        : { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
      const auto = world.namespaces.get(namespace)?.policy.rollout === 'auto';
      const missed = missedOf(usages, remedyFor(about, auto));
      if (missed === undefined) return DONE;
      const told = await perform({
        kind: 'tell',
        telling: { reason: 'MissedByAdmission', about, action: missed.reason, note: missed.note },
      });
      return told.kind === 'refused' ? again(LATER_MS) : DONE;
    },
  };
}
