import type { ObservedContainer, ObservedPod } from '../observed/observed-pod.ts';
import { type Health, healthOf } from './health.ts';

/** One run of a container, from one start to its end. */
export type Run = {
  readonly pod: ObservedPod;
  readonly container: ObservedContainer;
  /** How often the container had been started anew before. */
  readonly number: number;
  /** Whether the API server has its log as the previous one. */
  readonly previous: boolean;
  /** An ended run logs nothing more. */
  readonly ended: boolean;
};

/** The key by which what a run's log told is remembered. */
export function runKey({ pod, container, number }: Run): string {
  return `${pod.uid}/${container.name}/${number}`;
}

/** The runs of a container whose logs are there to be read: the latest, and the one before it. */
export function runsOf(pod: ObservedPod, container: ObservedContainer): readonly Run[] {
  const { state, restarts, last } = container;
  const started = state.kind === 'running' || state.kind === 'terminated' || last !== undefined;
  if (!started) return [];
  const latest: Run = { pod, container, number: restarts, previous: false, ended: state.kind !== 'running' };
  if (restarts === 0) return [latest];
  return [{ pod, container, number: restarts - 1, previous: true, ended: true }, latest];
}

/**
 * Ages at which the log of a running container is read, in milliseconds: often while it is new, since that is when
 * programs find that they cannot write, and then now and then, since some writes come late.
 */
const AGES_MS = [4_000, 12_000, 30_000, 60_000, 120_000, 300_000, 900_000];
const THEN_EVERY_MS = 1_200_000;

/** Milliseconds until a run's log is to be read, having been read last at an age (undefined: never); Infinity: never again. */
export function readInMs(run: Run, lastReadAge: number | undefined, now: number): number {
  if (run.ended) return lastReadAge === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 0;
  const { state } = run.container;
  if (state.kind !== 'running') return Number.POSITIVE_INFINITY;
  const age = now - state.since;
  return Math.max(0, nextAge(lastReadAge ?? -1) - age);
}

function nextAge(after: number): number {
  return AGES_MS.find((age) => age > after) ?? after + THEN_EVERY_MS;
}

/** Those that fail, then the newest: where the budget does not suffice, the others wait. */
export function inOrderOfUrgency(runs: readonly Run[], now: number): readonly Run[] {
  return runs.toSorted((one, other) => urgency(one, now) - urgency(other, now));
}

function urgency({ pod, container }: Run, now: number): number {
  const health: Health = healthOf(container, pod, now);
  switch (health.kind) {
    case 'crashing':
    case 'failed':
      return 0;
    case 'running':
      return health.ready ? 1 + health.forMs : 1;
    case 'waiting':
    case 'ended':
      return 1;
  }
}
