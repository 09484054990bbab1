import { type ContainerPath, realPath } from '../container-path.ts';
import { isWithinAny } from '../learning/not-about-root.ts';
import type { Health } from './health.ts';
import { isOutdated, ownFacts, type Patient } from './patient.ts';
import type { Remedy } from './remedy.ts';
import { failingWithSeed, isSeeded } from './seeding.ts';

/** Long enough to have said what it lacks (its log is read at that age), short enough that little is lost with the pod. */
const RUNS_MS = { least: 12_000, most: 300_000 };
const RUN = '/run' as ContainerPath;
/** Their pods are made anew, and lose no work by it, as those of a Job would. */
const REMAKING: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet']);

/**
 * An image of which nothing is known, and which runs without a word: what it ships is looked at once, since some programs
 * lose what they cannot write in silence. What copies /run tells it (`ownDirectories`), so /run is copied. One that crashes
 * is not waited for: it is started again at once, and what is tried after its second crash copies /run as well.
 */
export function firstLook(patient: Patient): readonly Remedy[] {
  return isToBeLookedAt(patient) ? [{ kind: 'copy', path: RUN }] : [];
}

function isToBeLookedAt({ match, health, record, pod, container }: Patient): boolean {
  if (match.kind !== 'unknown' || record === undefined || isSeeded(container.name, pod)) return false;
  if (health.kind !== 'running' || !health.ready || !pod.ready) return false;
  if (health.forMs < RUNS_MS.least || !isYoung(health)) return false;
  return REMAKING.has(pod.owner?.kind ?? '') && !isWithinAny(RUN, ownFacts(pod, container.name).mounts);
}

function isYoung(health: Health): boolean {
  return health.kind === 'running' && health.forMs <= RUNS_MS.most;
}

/** Whether a pod was hardened before its image was to be looked at, so that another one in its place would tell. */
export function awaitsLook(patient: Patient, now: number): boolean {
  const { match, record, pod, container, health } = patient;
  if (match.kind !== 'harden' || record === undefined || record.profiles.length > 0) return false;
  if (!isOutdated(patient) || isSeeded(container.name, pod) || failingWithSeed(patient, now) !== 'not')
    return false;
  if (!isYoung(health) || !REMAKING.has(pod.owner?.kind ?? '')) return false;
  return match.paths.some(({ path, content }) => realPath(path) === RUN && content === 'Copy');
}
