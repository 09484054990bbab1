import type { ContainerPath } from '../container-path.ts';
import { isWithinAny } from '../learning/not-about-root.ts';
import type { ObservedContainer, ObservedPod } from '../observed/observed-pod.ts';
import { type Failing, failingOf, healthOf, worse } from './health.ts';
import { ownDirectories } from './own-directories.ts';
import { oursIn, type Patient } from './patient.ts';
import { reportOf, seedOf } from './seed-of.ts';

/** How the copying of an image's content into a container's volumes went, where it went wrong. */
export type FailedSeeding =
  /** The image has no `sh`, or no `cp`. */
  { readonly kind: 'no-shell' } | { readonly kind: 'copy-failed'; readonly message: string };

/** What became of the init container that copies for a container of a pod; undefined where it did not fail. */
export function failedSeeding(container: string, pod: ObservedPod, now: number): FailedSeeding | undefined {
  const seed = seedOf(container, pod);
  const ended = seed && endOf(seed);
  if (seed === undefined || ended === undefined || failingOf(healthOf(seed, pod, now)) === 'not')
    return undefined;
  // 126 and 127: the shell's words for what cannot be run; 128: the runtime's, for a container that cannot be started.
  if (ended.exitCode >= 126 && ended.exitCode <= 128) return { kind: 'no-shell' };
  return { kind: 'copy-failed', message: ended.message.trim() };
}

/**
 * Those directories that its image has for what its program writes (`ownDirectories`) that are read-only in it, as far as
 * they are known, since something was copied for it, or for another container of the image.
 */
export function readOnlyOwnDirectories(
  patient: Patient,
  known: readonly ContainerPath[] = ownDirectoriesOf(patient.container.name, patient.pod),
): readonly ContainerPath[] {
  const { facts, match } = patient;
  const volumes = match.kind === 'harden' ? match.facts.volumes : [];
  const writable = [...oursIn(patient), ...facts.mounts, ...volumes];
  return known.filter((path) => !isWithinAny(path, writable));
}

export function hasOwnDirectories(container: string, pod: ObservedPod): boolean {
  return ownDirectoriesOf(container, pod).length > 0;
}

/** Whether something was, or is being, copied for it. */
export function isSeeded(container: string, pod: ObservedPod): boolean {
  return seedOf(container, pod) !== undefined;
}

export function ownDirectoriesOf(container: string, pod: ObservedPod): readonly ContainerPath[] {
  return ownDirectories(reportOf(container, pod));
}

/** How much a container fails, or what copies for it before it is started. */
export function failingWithSeed(
  { pod, container, health }: Pick<Patient, 'pod' | 'container' | 'health'>,
  now: number,
): Failing {
  const seed = seedOf(container.name, pod);
  const own = failingOf(health);
  return seed === undefined ? own : worse(own, failingOf(healthOf(seed, pod, now)));
}

function endOf({ state, last }: ObservedContainer) {
  return state.kind === 'terminated' ? state : last;
}
