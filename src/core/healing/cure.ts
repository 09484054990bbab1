import { API_VERSION } from '../catalog/read-profile.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { Telling } from '../telling.ts';
import { approved } from './approval.ts';
import { type Curable, type Diagnosis, diagnose } from './diagnose.ts';
import { hasFewTries } from './few-tries.ts';
import { isAtLeast, isSteady } from './health.ts';
import type { HealingState, ImageCase } from './image-case.ts';
import { allPaths, LEARNED_KIND, type LearnedProfile, lists } from './learned-profile.ts';
import type { Proposal } from './learned-status.ts';
import { remember } from './memory.ts';
import { type Patient, subjectOf, workloadKey } from './patient.ts';
import { effectivePaths, isDone, startingFrom, treated } from './remedy.ts';
import { failingWithSeed } from './seeding.ts';
import type { StepBackCause } from './step-back.ts';

/** A container that cannot be cured, and why. */
export type Incurable = {
  readonly patient: Patient;
  readonly cause: StepBackCause;
  readonly because: string;
};

export type Cured = HealingState & { readonly incurable: readonly Incurable[] };

/** Looks at every hardened container, and writes down what helps. */
export function cure(given: ImageCase, state: HealingState): Cured {
  return given.patients
    .filter(({ record }) => record !== undefined)
    .reduce((now: Cured, patient) => cureOne(patient, given, now), { ...state, incurable: [] });
}

function cureOne(patient: Patient, given: ImageCase, state: Cured): Cured {
  const blameless = isBlameless(patient, given);
  const cured = cureBy(patient, blameless, given, state);
  if (blameless || !hasFewTries(patient, given, cured)) return cured;
  const known = cured.incurable.some((each) => each.patient === patient);
  return known ? cured : giveUp(patient, { cause: 'few-tries', because: '' }, cured);
}

function cureBy(patient: Patient, blameless: boolean, given: ImageCase, state: Cured): Cured {
  const diagnosis = diagnose(patient, {
    learned: given.learned,
    programs: given.programs,
    blameless,
    attempts: given.learned.memory.get(workloadKey(patient))?.attempts ?? 0,
    mayLook: given.policy.heal === 'auto' && given.learned.shell,
    now: given.now,
  });
  switch (diagnosis.kind) {
    case 'nothing':
      return notHealed(patient, blameless, given, state);
    case 'outdated':
      return state;
    case 'incurable':
      return giveUp(patient, diagnosis, state);
    case 'curable':
      return treat(patient, diagnosis, given, state);
  }
}

/** Whether it is known that the read-only root is not what it fails of. */
function isBlameless(patient: Patient, { learned, patients }: ImageCase): boolean {
  const { state, last } = patient.container;
  if ((state.kind === 'terminated' ? state : last)?.reason === 'OOMKilled') return true;
  const workload = workloadKey(patient);
  if (learned.memory.get(workload)?.exonerated === true) return true;
  const hardening = patient.record?.profiles.join();
  return patients.some(
    (other) =>
      other !== patient &&
      workloadKey(other) === workload &&
      other.container.name === patient.container.name &&
      other.record?.profiles.join() === hardening &&
      isSteady(other.health),
  );
}

function notHealed(patient: Patient, blameless: boolean, given: ImageCase, state: Cured): Cured {
  if (!blameless || !isAtLeast(failingWithSeed(patient, given.now), 'for-good')) return state;
  return {
    ...state,
    tellings: [...state.tellings, notAboutUs(patient)],
    outcomes: [...state.outcomes, { kind: 'not-healed' }],
  };
}

function notAboutUs(patient: Patient): Telling {
  return {
    reason: 'NotHealed',
    about: subjectOf(patient),
    action: 'Leave',
    note:
      `Container ${patient.container.name} fails, and not for its read-only root: ` +
      'it failed without that as well, or others run with it. It stays hardened.',
  };
}

function giveUp(
  patient: Patient,
  { cause, because }: Omit<Extract<Diagnosis, { kind: 'incurable' }>, 'kind'>,
  state: Cured,
): Cured {
  const learned = startingFrom(state.learned, patient.match);
  return { ...state, learned, incurable: [...state.incurable, { patient, cause, because }] };
}

function treat(patient: Patient, { remedies, look }: Curable, given: ImageCase, state: Cured): Cured {
  const before = startingFrom(state.learned, patient.match);
  const wanted = treated(before, remedies, patient.match);
  const effective = effectivePaths(patient.match);
  const { learned, proposals } = approved(before, wanted, { choices: given.policy, effective });
  const waiting = remedies.flatMap((remedy) =>
    remedy.kind === 'mount' && lists(proposals, remedy.mount.path) ? [remedy.mount.path] : [],
  );
  const proposed =
    waiting.length === 0 ? state : propose(waiting, proposals, patient, { ...state, learned: before });
  if (spec(learned) !== spec(before))
    return attempt(patient, learned, look ? tellLook : tellLearned, given, {
      ...proposed,
      learned: { ...before, status: proposed.learned.status },
    });
  // Another of its pods has shown the same: what helps is written down already.
  const left = remedies.filter((remedy) => !isDone(remedy, before));
  if (left.length === 0 || !isAtLeast(failingWithSeed(patient, given.now), 'once')) return proposed;
  return giveUp(patient, waiting.length === 0 ? FULL : waitsFor(waiting, before), proposed);
}

/** Writes the change down, if the workload has an attempt left. */
function attempt(
  patient: Patient,
  learned: LearnedProfile,
  tell: typeof tellLearned,
  given: ImageCase,
  state: Cured,
): Cured {
  const { limits, now } = given;
  const workload = workloadKey(patient);
  // Several of its pods fail the same way: that is one attempt.
  const attempts = given.learned.memory.get(workload)?.attempts ?? 0;
  if (attempts >= limits.attempts) {
    const failing = isAtLeast(failingWithSeed(patient, now), 'once');
    if (!failing || isBlameless(patient, given)) return state;
    return giveUp(patient, { cause: 'attempts-spent', because: `${attempts} attempts` }, state);
  }
  const noted: LearnedProfile = {
    ...learned,
    memory: remember(learned.memory, workload, { attempts: attempts + 1, at: now }),
    status: state.learned.status,
  };
  return {
    ...state,
    learned: noted,
    tellings: [...state.tellings, tell(patient, noted, state.learned)],
    outcomes: [...state.outcomes, { kind: 'learned' }],
  };
}

const FULL = { cause: 'no-path', because: 'the learned profile takes no more paths' } as const;

function waitsFor(paths: readonly string[], { name, namespace }: LearnedProfile) {
  const because = `${paths.join(', ')}; rootlock approve ${name} -n ${namespace}`;
  return { cause: 'waits-for-approval' as const, because };
}
function spec({ paths, shell, uncopyable }: LearnedProfile): string {
  return JSON.stringify([paths, shell, uncopyable]);
}

export function profileReference({ namespace, name, made }: LearnedProfile): ObjectReference {
  return {
    apiVersion: API_VERSION,
    kind: LEARNED_KIND,
    namespace,
    name,
    ...(made !== undefined && { uid: made.uid }),
  };
}

function tellLook(patient: Patient, after: LearnedProfile): Telling {
  const { container, image } = patient;
  return {
    reason: 'Learned',
    about: subjectOf(patient),
    related: profileReference(after),
    action: 'Look',
    note:
      `Container ${container.name} runs without a word, and nothing is known of its image ${image.repository}. ` +
      'So a pod of it is made anew, once, with an init container that looks for directories that its program may write to.',
  };
}

function tellLearned(patient: Patient, after: LearnedProfile, before: LearnedProfile): Telling {
  const changes = after.paths
    .filter(
      (path) => !allPaths(before).some((each) => each.path === path.path && each.content === path.content),
    )
    .map(({ path, content }) => (content === 'Copy' ? `${path} (with its content)` : path));
  const what = changes.length > 0 ? `to write ${changes.join(', ')}` : 'other mounts';
  return {
    reason: 'Learned',
    about: subjectOf(patient),
    related: profileReference(after),
    action: 'Learn',
    note: `Container ${patient.container.name} of image ${patient.image.repository} needs ${what}: profile ${after.name} has it now.`,
  };
}

function propose(
  paths: readonly string[],
  proposals: readonly Proposal[],
  patient: Patient,
  state: Cured,
): Cured {
  const { learned } = state;
  const known = learned.status.proposals;
  if (paths.every((path) => known.some((each) => each.path === path))) return state;
  const telling: Telling = {
    reason: 'Proposed',
    about: subjectOf(patient),
    related: profileReference(learned),
    action: 'Propose',
    note:
      `Container ${patient.container.name} has to write ${paths.join(', ')}, which waits for approval: ` +
      `rootlock approve ${learned.name} -n ${learned.namespace}`,
  };
  return {
    ...state,
    learned: { ...learned, status: { ...learned.status, proposals } },
    tellings: [...state.tellings, telling],
    outcomes: [...state.outcomes, { kind: 'proposed' }],
  };
}
