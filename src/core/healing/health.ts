import type { ObservedContainer, ObservedPod } from '../observed/observed-pod.ts';

/** How a container fares, from what the kubelet says of it. */
export type Health =
  /** Not started, or for reasons that are not its own: pulled, scheduled, waiting for init containers. */
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'running';
      readonly ready: boolean;
      /** Its startup probe has not passed yet. */
      readonly starting?: true;
      readonly forMs: number;
    }
  /** It ends again and again; `crashes` counts the runs of this loop, at least 1. */
  | { readonly kind: 'crashing'; readonly crashes: number }
  /** It ended with an error, and is not started again: so many pods of a Job did, at least 1. */
  | { readonly kind: 'failed'; readonly pods: number }
  | { readonly kind: 'ended' };

/** A run that lasted this long is none that failed at its start. */
export const STEADY_MS = 60_000;
/** The kubelet waits up to 5 minutes between runs: a loop makes at least one run in this time, on average. */
const LOOP_MS = 10 * 60_000;

/** What the kubelet says of a container that it cannot start. */
const UNSTARTABLE = new Set(['RunContainerError', 'CreateContainerError', 'StartError']);

export function healthOf(container: ObservedContainer, pod: ObservedPod, now: number): Health {
  const { state, restarts, last } = container;
  switch (state.kind) {
    case 'unknown':
      return { kind: 'waiting' };
    case 'waiting':
      if (state.reason === 'CrashLoopBackOff') return crashing(restarts + 1, pod, now);
      return UNSTARTABLE.has(state.reason) ? crashing(restarts + 1, pod, now) : { kind: 'waiting' };
    case 'terminated':
      if (state.exitCode === 0) return { kind: 'ended' };
      return pod.phase === 'Failed' ? { kind: 'failed', pods: 1 } : crashing(restarts + 1, pod, now);
    case 'running': {
      const forMs = now - state.since;
      const again = last !== undefined && forMs < STEADY_MS;
      if (again) return crashing(restarts, pod, now);
      const { ready, starting } = container;
      return { kind: 'running', ready, ...(starting && { starting }), forMs };
    }
  }
}

/** A pod that has lived long for its few restarts is not in a loop that began with it. */
function crashing(runs: number, pod: ObservedPod, now: number): Health {
  const perRun = (now - pod.created) / Math.max(1, runs);
  return { kind: 'crashing', crashes: perRun < LOOP_MS ? Math.max(1, runs) : 1 };
}

/** True where it has run for a while as it should. */
export function isSteady(health: Health): boolean {
  return health.kind === 'running' && health.ready && health.forMs >= STEADY_MS;
}

/**
 * How much a failure weighs: what is done about it depends on it, since the first crash may have any reason.
 *
 * | it                            | once  | again | for good |
 * |-------------------------------|-------|-------|----------|
 * | crashes                       | 1     | 2     | 3 times  |
 * | pods of its Job that failed   | 1     | 2     | 3        |
 * | runs without getting ready    | 15 s  | 60 s  | 2 min    |
 *
 * A startup probe says how long its program may take: while it lasts nothing is for good, and then the kubelet ends it.
 */
export type Failing = 'not' | 'once' | 'again' | 'for-good';

const UNREADY_MS = { once: 15_000, again: 60_000, forGood: 120_000 };

export function failingOf(health: Health): Failing {
  switch (health.kind) {
    case 'waiting':
    case 'ended':
      return 'not';
    case 'failed':
      return counted(health.pods);
    case 'crashing':
      return counted(health.crashes);
    case 'running':
      if (health.ready || health.forMs < UNREADY_MS.once) return 'not';
      if (health.forMs < UNREADY_MS.again) return 'once';
      return health.starting || health.forMs < UNREADY_MS.forGood ? 'again' : 'for-good';
  }
}

function counted(times: number): Failing {
  return times >= 3 ? 'for-good' : times === 2 ? 'again' : 'once';
}

const ORDER: readonly Failing[] = ['not', 'once', 'again', 'for-good'];

export function worse(one: Failing, other: Failing): Failing {
  return isAtLeast(one, other) ? one : other;
}

export function isAtLeast(failing: Failing, least: Failing): boolean {
  return ORDER.indexOf(failing) >= ORDER.indexOf(least);
}
