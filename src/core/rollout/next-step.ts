import { shortName } from '../object-reference.ts';
import type { PodUsage } from '../usage/pod-usage.ts';
import { isMissed } from '../usage/usage-reasons.ts';
import type { Owner, Restart } from './owner.ts';

/** An owner with its pods. */
export type Workload = {
  readonly owner: Owner;
  readonly pods: readonly WorkloadPod[];
};

export type WorkloadPod = {
  readonly usage: PodUsage;
  readonly ready: boolean;
};

export type RolloutStep =
  /** All pods run as they would if they were made now, or those that do not cannot be helped. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait'; readonly owner: Owner; readonly because: string }
  /** No other owner is restarted before a person, or healing, has set this one right. */
  | { readonly kind: 'stop'; readonly owner: Owner; readonly because: string }
  | { readonly kind: 'restart'; readonly owner: Owner; readonly restart: Restart }
  /** Its key. */
  | { readonly kind: 'evict'; readonly owner: Owner; readonly pod: string }
  /** A restart that came to its end: what it wrote on the owner can go. */
  | { readonly kind: 'finish'; readonly owner: Owner };

export type RolloutInput = {
  readonly workloads: readonly Workload[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a restarted owner may take, in milliseconds. */
  readonly timeoutMs: number;
};

/**
 * The next thing to do so that the pods of one namespace that admission missed are made anew: one owner at a time, one
 * after the other. First what was begun is looked after, and a failure there is the end of it.
 */
export function nextStep({ workloads, now, timeoutMs }: RolloutInput): RolloutStep {
  const ordered = workloads.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const begun = ordered.flatMap((workload) => progressOf(workload, now, timeoutMs) ?? []);
  const urgent =
    begun.find(({ kind }) => kind === 'stop') ??
    begun.find(({ kind }) => kind === 'wait') ??
    begun.find(({ kind }) => kind === 'finish');
  if (urgent !== undefined) return urgent;
  for (const workload of ordered) {
    const step = beginning(workload, now, timeoutMs);
    if (step !== undefined) return step;
  }
  return { kind: 'nothing' };
}

function nameOf({ owner }: Workload): string {
  return shortName(owner.reference);
}

/** What is to be done about a workload that was begun with; undefined where it was not. */
function progressOf(workload: Workload, now: number, timeoutMs: number): RolloutStep | undefined {
  const { owner, pods } = workload;
  const { restart } = owner;
  const failing = pods.filter(isFailing);
  if (restart === undefined) return owner.way === 'evict' ? evictedAndFailing(workload) : undefined;
  if (failing.length > restart.failing) return { kind: 'stop', owner, because: failureOf(failing) };
  // What is known of the pods may lag behind what is known of their owner.
  const old = pods.some(({ usage }) => usage.created < restart.at);
  if (!owner.settled || old || pods.some(({ ready }) => !ready)) {
    if (now - restart.at < timeoutMs)
      return { kind: 'wait', owner, because: 'its new pods are not ready yet' };
    return { kind: 'stop', owner, because: 'its new pods did not get ready in time' };
  }
  if (lackingOf(pods) === restart.lacking) {
    return {
      kind: 'stop',
      owner,
      because: 'its new pods lack the same as before: is the webhook called for them?',
    };
  }
  return { kind: 'finish', owner };
}

/** Where pods are evicted one by one, a failing one that is as it should be tells what would become of the others. */
function evictedAndFailing({ owner, pods }: Workload): RolloutStep | undefined {
  if (!pods.some(isLacking)) return undefined;
  const failing = pods.filter((pod) => isFailing(pod) && !isLacking(pod));
  return failing.length === 0 ? undefined : { kind: 'stop', owner, because: failureOf(failing) };
}

/** Nothing that is not well is touched: it would not be told from what the restart did. */
function beginning({ owner, pods }: Workload, now: number, timeoutMs: number): RolloutStep | undefined {
  const [lacking] = pods.filter(isLacking).toSorted((one, other) => one.usage.created - other.usage.created);
  if (lacking === undefined || owner.paused || !owner.settled) return undefined;
  if (pods.some((pod) => isFailing(pod) || !pod.ready)) return undefined;
  if (owner.way === 'evict') {
    // Nothing is written on the owner: were the webhook not called, pods would be evicted one after the other for ever.
    if (pods.some((pod) => wasMissed(pod) && now - pod.usage.created < timeoutMs)) return undefined;
    return { kind: 'evict', owner, pod: lacking.usage.key };
  }
  return { kind: 'restart', owner, restart: { at: now, failing: 0, lacking: lackingOf(pods) } };
}

function isFailing({ usage }: WorkloadPod): boolean {
  return usage.containers.some(({ failing }) => failing);
}

function isLacking({ usage }: WorkloadPod): boolean {
  return usage.containers.some(({ reason }) => isMissed(reason));
}

/** Made while it could have been hardened, and was not. */
function wasMissed({ usage }: WorkloadPod): boolean {
  return usage.containers.some(({ reason }) => reason === 'missed-admission');
}

/** What the pods lack, whatever they are called; empty where they lack nothing. */
function lackingOf(pods: readonly WorkloadPod[]): string {
  const lacking = pods.flatMap(({ usage }) =>
    usage.containers
      .filter(({ reason }) => isMissed(reason))
      .map(({ container, hardened, missing }) =>
        [container, hardened ? 'mounts' : 'root', ...missing].join(' '),
      ),
  );
  return [...new Set(lacking)].toSorted().join('; ');
}

function failureOf(failing: readonly WorkloadPod[]): string {
  const [first] = failing;
  const container = first?.usage.containers.find(({ failing: fails }) => fails)?.container ?? '';
  return `the container ${container} of ${first?.usage.key ?? 'a pod'} fails`;
}
