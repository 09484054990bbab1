import type { ContainerPath } from '../container-path.ts';
import { isObject } from '../json.ts';
import { manifestOf } from '../observed/observed-pod.ts';
import { EXEMPT, EXEMPT_CONTAINERS } from '../policy/pod-annotations.ts';
import { profileReference } from './cure.ts';
import type { HealingState, ImageCase } from './image-case.ts';
import { type Patient, subjectOf } from './patient.ts';
import { treated } from './remedy.ts';

const RUN = '/run' as ContainerPath;

/**
 * Admission hardens no pod on a guess that runs to its end, so that nothing would ever be learned of an image that only
 * a CronJob runs. Where its Job forgives a failure, the image is made a known one once a run has ended well: the next
 * run is hardened, and where that fails, the Job's next pod is not (`few-tries.ts`).
 */
export function acquaint(given: ImageCase, state: HealingState): HealingState {
  const { patients, policy } = given;
  if (policy.unknownImages !== 'scratch' || policy.heal !== 'auto') return state;
  const untried = patients.filter(isUntried);
  const patient = untried.find(hasShownItself);
  if (patient === undefined || !untried.every(({ forgiving }) => forgiving)) return state;
  const learned = treated(state.learned, [{ kind: 'copy', path: RUN }], patient.match);
  const note =
    `Container ${patient.container.name} ran unhardened, since nothing is known of its image ${patient.image.repository}, ` +
    'and a pod that runs to its end is not hardened on a guess. Its next runs are hardened; where one fails, its Job makes ' +
    'an unhardened pod, and the run after that has what was learned.';
  const about = subjectOf(patient);
  const telling = {
    reason: 'Learned',
    about,
    related: profileReference(learned),
    action: 'Look',
    note,
  } as const;
  return {
    ...state,
    learned,
    tellings: [...state.tellings, telling],
    outcomes: [...state.outcomes, { kind: 'learned' }],
  };
}

/** What admission left alone, since nothing is known of its image, and it runs to its end. */
export function isUntried({ pod, container, match, record }: Patient): boolean {
  return (
    pod.runsToEnd === true && record === undefined && match.kind === 'unknown' && !container.rootReadOnly
  );
}

function hasShownItself({ pod, health, workload }: Patient): boolean {
  return (
    health.kind === 'ended' && workload?.kind === 'CronJob' && !asksToBeLeftAlone(manifestOf(pod).metadata)
  );
}

function asksToBeLeftAlone(metadata: unknown): boolean {
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  return annotations[EXEMPT] !== undefined || annotations[EXEMPT_CONTAINERS] !== undefined;
}
