import { isSteady } from './health.ts';
import type { HealingState, ImageCase } from './image-case.ts';
import { isOutdated, type Patient, subjectOf, workloadKey } from './patient.ts';

/** Forgets what was done for workloads that run as they should, and says so. */
export function noteRecoveries(given: ImageCase, state: HealingState): HealingState {
  const byWorkload = Map.groupBy(given.patients, workloadKey);
  return [...byWorkload].reduce(
    (now, [workload, patients]) => noteRecovery(workload, patients, given, now),
    state,
  );
}

function noteRecovery(
  workload: string,
  patients: readonly Patient[],
  { now }: ImageCase,
  state: HealingState,
): HealingState {
  const memory = state.learned.memory.get(workload);
  if (memory === undefined) return state;
  const hardened = patients.every(({ record, pod }) => record !== undefined || pod.deleting);
  const back = memory.returning === true && hardened ? withoutReturning(state, workload) : state;
  const [first] = patients;
  if (first === undefined || !hardened || !patients.every(recovered)) return back;
  const { returning, ...rest } = back.learned.memory.get(workload) ?? memory;
  const recovering = rest.attempts > 0;
  if (!recovering && rest.exonerated !== true) return back;
  const learned = {
    ...back.learned,
    memory: new Map([
      ...back.learned.memory,
      [workload, { attempts: 0, at: now, ...(returning && { returning }) }],
    ]),
  };
  if (!recovering) return { ...back, learned };
  const note = `Container ${first.container.name} runs with a read-only root, after ${rest.attempts} ${rest.attempts === 1 ? 'change' : 'changes'} of profile ${learned.name}.`;
  return {
    ...back,
    learned,
    tellings: [...back.tellings, { reason: 'Healed', about: subjectOf(first), action: 'Heal', note }],
    outcomes: [...back.outcomes, { kind: 'healed' }],
  };
}

function withoutReturning(state: HealingState, workload: string): HealingState {
  const { returning, ...kept } = state.learned.memory.get(workload) ?? { attempts: 0, at: 0 };
  return {
    ...state,
    learned: { ...state.learned, memory: new Map([...state.learned.memory, [workload, kept]]) },
  };
}

function recovered(patient: Patient): boolean {
  if (isOutdated(patient)) return false;
  return isSteady(patient.health) || patient.health.kind === 'ended';
}
