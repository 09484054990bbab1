import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import type { PathToAdd } from '../learning/container-facts.ts';
import type { Evidence, MountTrouble } from '../learning/evidence.ts';
import { ourTrouble } from '../learning/our-trouble.ts';
import { type PathsToAdd, pathsToAdd } from '../learning/paths-to-add.ts';
import { contentOf, isScratch } from './content.ts';
import { dataClassOf } from './data-class.ts';
import { firstLook } from './first-look.ts';
import { type Failing, type Health, isAtLeast, worse } from './health.ts';
import { lastResort } from './last-resort.ts';
import type { LearnedProfile } from './learned-profile.ts';
import { lists } from './learned-profile.ts';
import { isOutdated, oursIn, type Patient } from './patient.ts';
import { effectivePaths, isDone, isHopeless, mountOf, type Remedy } from './remedy.ts';
import { type Programs, sameProgram } from './same-program.ts';
import { failedSeeding, failingWithSeed, readOnlyOwnDirectories } from './seeding.ts';
import type { StepBackCause } from './step-back.ts';
import { startTrouble, troubleRemedies } from './trouble.ts';

/** What is to be made of how a hardened container fares. */
export type Diagnosis =
  /** Nothing speaks against it; or it is too early to tell. */
  | { readonly kind: 'nothing' }
  /** What it lacks is in the catalog already: its pod only has to be made anew. */
  | { readonly kind: 'outdated' }
  | Curable
  | { readonly kind: 'incurable'; readonly cause: StepBackCause; readonly because: string };

export type Curable = {
  readonly kind: 'curable';
  readonly remedies: readonly Remedy[];
  /** Nothing is known to be wrong: the remedies are there so that its image tells what its program may write. */
  readonly look?: true;
};

export type DiagnosisContext = {
  /** As the catalog has it. */
  readonly learned: LearnedProfile;
  readonly programs: Programs;
  /** Whether hopeless attempts are over for its workload: it failed unhardened as well, or others of its pods run. */
  readonly blameless: boolean;
  /** Changes that were made for its workload since it last ran as it should. */
  readonly attempts: number;
  /** Whether an image of which nothing is known may be looked at, at the cost of a pod. */
  readonly mayLook: boolean;
  readonly now: number;
};

/**
 * A running container may log several failures one after the other: they are looked at together. What has not been told
 * better when the log of one that is ready is read for the second time (`log-reads.ts`) is not waited for: the work that it
 * does not do meanwhile may be lost, and a needless mount costs one pod, later as well. One that is not ready may still
 * be starting.
 */
const SETTLED_MS = { named: 10_000, inferred: 12_000, inferredUnready: 45_000 };

/**
 * What the container fails of, surest first; the first step that finds something decides. What a log names counts at
 * once, guesses only where it fails again and again, and giving up is last.
 */
export function diagnose(patient: Patient, context: DiagnosisContext): Diagnosis {
  const failing = failingSoFar(patient, context);
  const inputs = gather(patient, context, failing);
  const sure = untried(
    [...seedingRemedies(inputs), ...namedRemedies(inputs), ...mountRemedies(inputs), ...ownRemedies(inputs)],
    context,
  );
  if (sure.length > 0) return { kind: 'curable', remedies: sure };
  if (isOutdated(patient)) return { kind: 'outdated' };
  if (!patient.heard) return { kind: 'nothing' };
  const likely = untried(inferredRemedies(inputs), context);
  if (likely.length > 0) return { kind: 'curable', remedies: likely };
  const look = context.mayLook ? untried(firstLook(patient), context) : [];
  if (look.length > 0) return { kind: 'curable', remedies: look, look: true };
  if (!isAtLeast(failing, 'again') || context.blameless) return { kind: 'nothing' };
  const hopeless = hopelessCause(inputs);
  if (hopeless !== undefined) return hopeless;
  const last = untried([...weakRemedies(inputs), ...lastRemedies(inputs)], context);
  if (last.length > 0) return { kind: 'curable', remedies: last };
  return isAtLeast(failing, 'for-good') ? incurable(inputs) : { kind: 'nothing' };
}

/**
 * One that crashes in a new pod, after a change that was to help, has crashed again. What runs to its end has a new pod for
 * each try: there the tries are counted.
 */
function failingSoFar(patient: Patient, { attempts, now }: DiagnosisContext): Failing {
  const failing = failingWithSeed(patient, now);
  const { kind } = patient.health;
  if (attempts === 0 || (kind !== 'crashing' && kind !== 'failed')) return failing;
  return worse(failing, patient.pod.runsToEnd === true && attempts > 1 ? 'for-good' : 'again');
}

/** What the profile has already, and what did not help, or does not count beside a person's profile, is no news. */
function untried(remedies: readonly Remedy[], { learned }: DiagnosisContext): readonly Remedy[] {
  return remedies.filter((remedy) => !isDone(remedy, learned) && !isHopeless(remedy, learned));
}

type Inputs = {
  readonly patient: Patient;
  readonly context: DiagnosisContext;
  readonly failing: Failing;
  readonly effective: readonly ProfilePath[];
  readonly volumes: readonly ContainerPath[];
  /** What its log says of paths. */
  readonly found: PathsToAdd;
  readonly trouble: readonly MountTrouble[];
};

function gather(patient: Patient, context: DiagnosisContext, failing: Failing): Inputs {
  const { match, facts, health } = patient;
  const effective = effectivePaths(match);
  const volumes = match.kind === 'harden' ? match.facts.volumes : [];
  const settled = isSettled(health);
  const evidence: readonly Evidence[] = [...patient.evidence, ...startTrouble(lastMessage(patient))];
  const found = pathsToAdd(evidence, {
    ...facts,
    readOnlyRoot: true,
    failing: isAtLeast(failing, 'again') || health.kind === 'failed' || settled,
    ours: distinct([...oursIn(patient), ...effective.map(({ path }) => path)]),
    volumes,
  });
  const told = ourTrouble(evidence, oursIn(patient));
  const trouble = failing === 'not' ? told.filter((one) => settled && isMissed(one)) : told;
  return { patient, context, failing, effective, volumes, found, trouble };
}

function isSettled(health: Health): boolean {
  if (health.kind !== 'running') return false;
  return health.forMs >= (health.ready ? SETTLED_MS.inferred : SETTLED_MS.inferredUnready);
}

/** Of a container that runs: a file that is not there, but not a temporary one, since these are looked for in vain. */
function isMissed({ cause, path }: MountTrouble): boolean {
  return cause === 'hidden-content' && path !== undefined && !/^\/(?:var\/)?tmp\//.test(path);
}

function distinct(paths: readonly ContainerPath[]): readonly ContainerPath[] {
  return [...new Set(paths)];
}

function lastMessage({ container: { state, last } }: Patient): string {
  return (state.kind === 'terminated' ? state.message : last?.message) ?? '';
}

function seedingRemedies({ patient, context }: Inputs): readonly Remedy[] {
  const failed = failedSeeding(patient.container.name, patient.pod, context.now);
  switch (failed?.kind) {
    case undefined:
      return [];
    case 'no-shell':
      return [{ kind: 'no-shell' }];
    case 'copy-failed':
      return uncopied(failed.message, context).map((path) => ({ kind: 'uncopyable', path }));
  }
}

/** The mounts of ours that the message names: `cp: cannot open '/var/lib/app/./db' for reading: Permission denied`. */
function uncopied(message: string, { learned }: DiagnosisContext): readonly ContainerPath[] {
  const copied = learned.paths.filter(({ content }) => content === 'Copy');
  const named = [...message.matchAll(/\/[^\s'"‘’:]+/g)].flatMap(([text]) => parseContainerPath(text) ?? []);
  return distinct(named.flatMap((path) => mountOf(path, copied)?.path ?? []));
}

/** Lines that name a path: of a container that fails, or that has run long enough to have said what else it lacks. */
function namedRemedies(inputs: Inputs): readonly Remedy[] {
  const named = inputs.found.add.filter(isNamed);
  if (named.length === 0 || !hasShown(inputs)) return [];
  return [...mounts(named, inputs), ...usualRemedies(named, inputs)];
}

/** Whether it has failed, or run long enough to have said what it has to say. */
function hasShown({ failing, patient: { health } }: Inputs): boolean {
  const settled = health.kind === 'running' && health.forMs >= SETTLED_MS.named;
  return failing !== 'not' || settled || health.kind === 'ended';
}

function isNamed({ evidence }: PathToAdd): boolean {
  return evidence.kind === 'write' && evidence.strength === 'named';
}

function mounts(found: readonly PathToAdd[], { volumes }: Inputs): readonly Remedy[] {
  return found.map(({ path, evidence }) => ({
    kind: 'mount',
    evidence,
    mount: {
      path,
      medium: '',
      content: contentOf(path, evidence),
      class: dataClassOf(path, volumes),
      description: 'named by a log line',
    },
  }));
}

/** What else the same program writes under its usual name, where what was named fits it. */
function usualRemedies(named: readonly PathToAdd[], inputs: Inputs): readonly Remedy[] {
  const { match } = inputs.patient;
  if (match.kind === 'harden' && match.profiles.some(({ source }) => source === 'builtin')) return [];
  return usualPaths(
    named.map(({ path }) => path),
    inputs,
  );
}

/** It may have been built by others: what its image ships there is not known, but for what that profile copies. */
function usualPaths(named: readonly ContainerPath[], { context, effective }: Inputs): readonly Remedy[] {
  const known = sameProgram(context.learned.repository, named, context.programs);
  const has = (path: ContainerPath) =>
    isScratch(path) ? mountOf(path, effective) !== undefined : lists(effective, path);
  const missing = known?.paths.filter(({ path }) => !has(path) && !named.includes(path)) ?? [];
  return missing.map((mount) => ({
    kind: 'mount',
    mount: {
      ...mount,
      content: mount.content === 'Copy' ? 'Copy' : contentOf(mount.path),
      description: `as in the built-in profile ${known?.name}`,
    },
  }));
}

function mountRemedies({ trouble, effective, context, patient, volumes }: Inputs): readonly Remedy[] {
  if (isOutdated(patient)) return [];
  const input = { effective, own: context.learned.paths, mounts: patient.facts.mounts, volumes };
  return trouble.flatMap((one) => troubleRemedies(one, input));
}

/** Some programs lose what they cannot write without a word: what the image has them write is known from itself. */
function ownRemedies(inputs: Inputs): readonly Remedy[] {
  const { patient, effective, volumes } = inputs;
  if (!hasShown(inputs)) return [];
  const missing = readOnlyOwnDirectories(patient).filter((path) => mountOf(path, effective) === undefined);
  return missing.map((path) => ({
    kind: 'mount',
    mount: {
      path,
      medium: '',
      content: contentOf(path),
      class: dataClassOf(path, volumes),
      description: 'the image gives it to a user of its own, or has it empty',
    },
  }));
}

/** Lines that do not say EROFS, or not where: the container has failed twice, or run on for a while. */
function inferredRemedies(inputs: Inputs): readonly Remedy[] {
  return mounts(
    inputs.found.add.filter((one) => !isNamed(one)),
    inputs,
  );
}

function weakRemedies(inputs: Inputs): readonly Remedy[] {
  return mounts(inputs.found.weak, inputs);
}

function lastRemedies(inputs: Inputs): readonly Remedy[] {
  const { patient, context, effective, volumes } = inputs;
  const { repository, shell } = context.learned;
  if (!shell) return [];
  const { mounts: ownMounts } = patient.facts;
  return [...lastResort({ repository, effective, mounts: ownMounts, volumes }), ...usualPaths([], inputs)];
}

/** Where trying on would only cost time. */
function hopelessCause({ patient, context, trouble }: Inputs): Diagnosis | undefined {
  const failed = failedSeeding(patient.container.name, patient.pod, context.now);
  if (failed?.kind === 'copy-failed')
    return { kind: 'incurable', cause: 'copy-failed', because: failed.message };
  const stale = trouble.find(({ cause }) => cause === 'stale-file');
  return stale && { kind: 'incurable', cause: 'stale-file', because: stale.line };
}

function mountFor(path: ContainerPath): Remedy {
  return { kind: 'copy', path };
}

function incurable({ found, trouble, context }: Inputs): Diagnosis {
  const [blocked] = found.blocked;
  if (blocked !== undefined) {
    return { kind: 'incurable', cause: 'blocked-path', because: `${blocked.path} ${blocked.because}` };
  }
  const uncopyable = found.add.find(({ path }) => isHopeless(mountFor(path), context.learned));
  if (uncopyable !== undefined) return { kind: 'incurable', cause: 'copy-failed', because: uncopyable.path };
  const [broken] = trouble;
  if (broken !== undefined) return { kind: 'incurable', cause: broken.cause, because: broken.line };
  return { kind: 'incurable', cause: 'no-path', because: '' };
}
