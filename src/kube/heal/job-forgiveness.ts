import { isObject } from '../../core/json.ts';
import type { ObservedPod } from '../../core/observed/observed-pod.ts';
import { type Api, ApiError } from '../api.ts';
import { objectPath } from '../controller/resource-path.ts';

/** Which Jobs make another pod where one fails, and more than once. */
export type JobForgiveness = {
  readonly of: (pod: ObservedPod) => boolean;
  /** Asks about the Jobs of those pods that are not known yet. */
  readonly ask: (pods: Iterable<ObservedPod>) => Promise<void>;
};

const REMEMBERED = 5_000;
/** One try for a failure, one for the writable root, and one to spare: with `OnFailure`, restarts in the pod count too. */
const LEAST_BACKOFF_LIMIT = 3;
/** batch/v1: what a Job has if it does not say. */
const USUAL_BACKOFF_LIMIT = 6;

export function createJobForgiveness(api: Pick<Api, 'json'>): JobForgiveness {
  const known = new Map<string, boolean>();
  return {
    of: ({ owner }) => known.get(owner?.uid ?? '') ?? false,
    ask: async (pods) => {
      for (const { owner } of pods) {
        if (owner?.uid === undefined || owner.kind !== 'Job' || owner.apiVersion !== 'batch/v1') continue;
        if (known.has(owner.uid)) continue;
        known.set(owner.uid, forgives(await jobAt(api, objectPath(owner))));
        const [oldest] = known.keys();
        if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      }
    },
  };
}

async function jobAt(api: Pick<Api, 'json'>, path: string): Promise<unknown> {
  try {
    return await api.json({ path });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** A deadline may be over before the next pod has done its work, and what else a Job says of failures is not weighed. */
function forgives(job: unknown): boolean {
  if (!isObject(job) || !isObject(job.spec)) return false;
  const {
    backoffLimit = USUAL_BACKOFF_LIMIT,
    activeDeadlineSeconds,
    podFailurePolicy,
    backoffLimitPerIndex,
  } = job.spec;
  if (activeDeadlineSeconds != null || podFailurePolicy != null || backoffLimitPerIndex != null) return false;
  return typeof backoffLimit === 'number' && backoffLimit >= LEAST_BACKOFF_LIMIT;
}
