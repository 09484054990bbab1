import type { Incurable } from './cure.ts';
import { isAtLeast } from './health.ts';
import type { HealingState, ImageCase } from './image-case.ts';
import { remember } from './memory.ts';
import { type Patient, workloadKey } from './patient.ts';
import { failingWithSeed } from './seeding.ts';
import { type Exemption, withoutWorkloads } from './step-back.ts';

/** For a Job to make its next pod, and for that to end; a later run is hardened again, with what was learned. */
export const FEW_TRIES_MS = 3_600_000;

/**
 * A pod that runs to its end has failed hardened. There may be one more try, or few: so the next pod is left unhardened,
 * whatever else is done. Each failure is answered once, when its logs are read, or something is learned of it already:
 * pods that were made before that are none of its doing.
 */
export function hasFewTries(patient: Patient, given: ImageCase, state: HealingState): boolean {
  const { pod, heard } = patient;
  const workload = workloadKey(patient);
  if (pod.runsToEnd !== true || pod.deleting || !(heard || isTried(workload, given, state))) return false;
  if (!isAtLeast(failingWithSeed(patient, given.now), 'once')) return false;
  return pod.created >= (given.learned.memory.get(workload)?.at ?? 0);
}

/** Whether its profile was changed on its account in this look. */
function isTried(workload: string, given: ImageCase, state: HealingState): boolean {
  return attemptsOf(workload, state) > attemptsOf(workload, given);
}

function attemptsOf(workload: string, { learned }: Pick<HealingState, 'learned'>): number {
  return learned.memory.get(workload)?.attempts ?? 0;
}

/** It counts as an attempt, if nothing else was tried. */
export function noteFewTries(
  { patient, cause }: Incurable,
  given: ImageCase,
  state: HealingState,
): HealingState {
  const workload = workloadKey(patient);
  if (cause !== 'few-tries' || isTried(workload, given, state)) return state;
  const attempts = attemptsOf(workload, given) + 1;
  const memory = remember(state.learned.memory, workload, { attempts, at: given.now });
  return { ...state, learned: { ...state.learned, memory } };
}

/** Takes the exemption back for those of its workloads of which a pod has done its work unhardened meanwhile. */
export function takeBackFewTries(exemption: Exemption, given: ImageCase, state: HealingState): HealingState {
  const done = exemption.workloads.filter((workload) => hasDoneItsWork(workload, given, state));
  if (done.length === 0) return state;
  const memory = done.reduce(
    (now, workload) => remember(now, workload, { at: given.now }),
    state.learned.memory,
  );
  const exemptions = withoutWorkloads(state.exemptions, exemption.name, done);
  return { ...state, learned: { ...state.learned, memory }, exemptions };
}

function hasDoneItsWork(workload: string, { patients }: ImageCase, { learned }: HealingState): boolean {
  const since = learned.memory.get(workload)?.at ?? 0;
  return patients.some(
    (patient) =>
      patient.record === undefined &&
      patient.health.kind === 'ended' &&
      patient.pod.created >= since &&
      workloadKey(patient) === workload,
  );
}
