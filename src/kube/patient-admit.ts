import type { Decision } from '../core/admission/decision.ts';
import type { ReviewRequest } from '../core/admission/review.ts';
import type { ClusterWorld } from './cluster-world.ts';
import type { Clock } from './reflector.ts';

export type PatientAdmitOptions = {
  /** The decision from what is known now. */
  readonly decide: (request: ReviewRequest) => Decision;
  readonly world: Pick<ClusterWorld, 'age' | 'nextChange'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Told of each review that waited, and whether what it waited for came. */
  readonly waited: (came: boolean) => void;
};

/** How long a review waits at most for what the watches have not brought yet. */
export const PATIENCE_MS = 250;
/** A namespace younger than this may have been made together with its profiles and its pods, in one file. */
const YOUNG_MS = 30_000;

/**
 * Decides at once from what is in memory. Only where the watches seem to lag behind the API server that asks, the
 * review waits for them a moment: its namespace is not known, or is not known to have opted in although the API server
 * calls us for it, or is so young that the profile of an unknown image may be on its way. Nothing is asked for.
 */
export function createPatientAdmit(options: PatientAdmitOptions) {
  const { decide, world, clock, waited } = options;
  const lags = (decision: Decision, { namespace }: ReviewRequest): boolean =>
    lacksNamespace(decision) || (lacksProfile(decision) && world.age(namespace) < YOUNG_MS);

  const wait = async (request: ReviewRequest): Promise<Decision> => {
    const began = clock.now();
    for (;;) {
      const left = began + PATIENCE_MS - clock.now();
      if (left > 0) await world.nextChange(left);
      const decision = decide(request);
      const came = !lags(decision, request);
      if (!came && left > 0) continue;
      waited(came);
      return decision;
    }
  };
  return (request: ReviewRequest): Decision | Promise<Decision> => {
    const decision = decide(request);
    return lags(decision, request) ? wait(request) : decision;
  };
}

function lacksNamespace(decision: Decision): boolean {
  if (decision.kind !== 'left-alone') return false;
  return decision.reason === 'namespace-unknown' || decision.reason === 'not-opted-in';
}

function lacksProfile(decision: Decision): boolean {
  switch (decision.kind) {
    case 'left-alone':
      return false;
    case 'denied':
      return decision.reason === 'unknown-image';
    case 'judged':
      return decision.containers.some((container) =>
        container.kind === 'hardened'
          ? container.profiles.length === 0
          : container.reason === 'unknown-image' || container.reason === 'untried-image',
      );
  }
}
