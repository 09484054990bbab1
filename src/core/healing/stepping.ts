import type { CatalogMatch } from '../catalog/lookup.ts';
import type { Telling } from '../telling.ts';
import type { Incurable } from './cure.ts';
import { FEW_TRIES_MS, noteFewTries, takeBackFewTries } from './few-tries.ts';
import { failingOf, isAtLeast } from './health.ts';
import type { HealingLimits, HealingState, ImageCase } from './image-case.ts';
import { remember } from './memory.ts';
import { type Patient, subjectOf, workloadKey } from './patient.ts';
import { isGuess } from './remedy.ts';
import {
  type Exemption,
  exemptionFor,
  type StepBackCause,
  sameSelector,
  withoutWorkloads,
} from './step-back.ts';

/** Leaves the images unhardened for a while that cannot be cured, so that their workloads run. */
export function stepBack(
  given: ImageCase,
  state: HealingState,
  incurable: readonly Incurable[],
): HealingState {
  return incurable.reduce((now, one) => stepBackFrom(one, given, now), state);
}

function stepBackFrom(one: Incurable, given: ImageCase, state: HealingState): HealingState {
  const { patient, cause, because } = one;
  const insisting = insistingProfile(patient.match);
  if (insisting !== undefined) return tell(state, refused(patient, insisting), { kind: 'not-healed' });
  const { learned, now, limits, taken } = given;
  const made = exemptionFor({
    namespace: learned.namespace,
    image: patient.image,
    cause,
    because,
    workload: workloadKey(patient),
    expires: Math.floor((now + exemptMs(cause, limits)) / 1000) * 1000,
    taken,
  });
  const known = state.exemptions.find((each) => sameSelector(each, made));
  const longer = known?.cause === 'few-tries' && cause !== 'few-tries';
  if (known !== undefined && known.expires > now && !longer) {
    if (known.workloads.includes(workloadKey(patient))) return state;
    return replace(state, { ...known, workloads: [...known.workloads, workloadKey(patient)] });
  }
  const { name = made.name, made: before } = known ?? {};
  const fresh: Exemption = { ...made, name, ...(before !== undefined && { made: before }) };
  const left = cause === 'few-tries' ? noteFewTries(one, given, state) : withoutGuesses(state);
  return tell(replace(left, fresh), steppedBack(patient, fresh), { kind: 'stepped-back', cause });
}

function exemptMs(cause: StepBackCause, limits: HealingLimits): number {
  return cause === 'few-tries' ? Math.min(FEW_TRIES_MS, limits.exemptMs) : limits.exemptMs;
}

function withoutGuesses(state: HealingState): HealingState {
  const paths = state.learned.paths.filter((path) => !isGuess(path));
  return { ...state, learned: { ...state.learned, paths } };
}

/** A person's profile of the namespace that hardens the image: it comes before anything learned. */
function insistingProfile(match: CatalogMatch): string | undefined {
  if (match.kind !== 'harden') return undefined;
  return match.profiles.find(({ source, namespace }) => source === 'person' && namespace !== undefined)?.name;
}

function refused(patient: Patient, profile: string): Telling {
  return {
    reason: 'NotHealed',
    about: subjectOf(patient),
    action: 'Leave',
    note:
      `Container ${patient.container.name} fails with a read-only root, and the profile ${profile}, which a person wrote, ` +
      'hardens it all the same: list what it has to write there, or remove it.',
  };
}

function steppedBack(patient: Patient, { name, reason, expires }: Exemption): Telling {
  return {
    reason: 'SteppedBack',
    about: subjectOf(patient),
    action: 'StepBack',
    note:
      `Container ${patient.container.name} is left unhardened until ${new Date(expires).toISOString()} (profile ${name}). ` +
      reason,
  };
}

/**
 * Takes exemptions back that turned out to be wrong, or have become needless: a workload that fails unhardened as
 * well, a path that was approved. Their workloads are hardened again.
 */
export function takeBack(given: ImageCase, state: HealingState): HealingState {
  return state.exemptions
    .filter(({ expires }) => expires > given.now)
    .reduce((now, exemption) => takeBackOne(exemption, given, now), state);
}

function takeBackOne(exemption: Exemption, given: ImageCase, state: HealingState): HealingState {
  if (exemption.cause === 'waits-for-approval') {
    return state.learned.status.proposals.length > 0
      ? state
      : lift(exemption, exemption.workloads, given, state);
  }
  const failing = exemption.workloads.flatMap((workload) => failingUnhardened(workload, given) ?? []);
  const exonerated = failing.reduce((now, patient) => exonerate(exemption.name, patient, given, now), state);
  return exemption.cause === 'few-tries' ? takeBackFewTries(exemption, given, exonerated) : exonerated;
}

/** One of its containers that run unhardened, if all of them fail again and again. */
function failingUnhardened(workload: string, { patients }: ImageCase): Patient | undefined {
  const unhardened = patients.filter(
    (patient) =>
      patient.record === undefined && patient.match.kind === 'exempt' && workloadKey(patient) === workload,
  );
  return unhardened.every(({ health }) => isAtLeast(failingOf(health), 'again')) ? unhardened[0] : undefined;
}

function exonerate(name: string, patient: Patient, given: ImageCase, state: HealingState): HealingState {
  const workload = workloadKey(patient);
  const learned = {
    ...state.learned,
    memory: remember(state.learned.memory, workload, { exonerated: true, returning: true, at: given.now }),
  };
  const exemptions = withoutWorkloads(state.exemptions, name, [workload]);
  const note =
    `Container ${patient.container.name} fails without a read-only root as well, ` +
    'so that this was not the reason: it is hardened again.';
  return tell(
    { ...state, learned, exemptions },
    { reason: 'Exonerated', about: subjectOf(patient), action: 'HardenAgain', note },
    { kind: 'exonerated' },
  );
}

function lift(
  exemption: Exemption,
  workloads: readonly string[],
  given: ImageCase,
  state: HealingState,
): HealingState {
  const memory = workloads.reduce(
    (now, workload) => remember(now, workload, { returning: true, attempts: 0, at: given.now }),
    state.learned.memory,
  );
  return {
    ...state,
    learned: { ...state.learned, memory },
    exemptions: state.exemptions.filter(({ name }) => name !== exemption.name),
  };
}

function replace(state: HealingState, exemption: Exemption): HealingState {
  const others = state.exemptions.filter(({ name }) => name !== exemption.name);
  return { ...state, exemptions: [...others, exemption] };
}

function tell(
  state: HealingState,
  telling: Telling,
  outcome: HealingState['outcomes'][number],
): HealingState {
  return { ...state, tellings: [...state.tellings, telling], outcomes: [...state.outcomes, outcome] };
}
