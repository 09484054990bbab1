import { shortName } from '../object-reference.ts';
import type { ContainerUsage, PodUsage } from './pod-usage.ts';
import { isMissed, type MissedReason, USAGE_REASONS } from './usage-reasons.ts';

/** What admission missed on the pods of one owner, in words. */
export type Missed = { readonly reason: MissedReason; readonly note: string };

/** Undefined where it missed nothing. The same for all pods of a template, so that it is one event for all of them. */
export function missedOf(usages: Iterable<PodUsage>, remedy: string): Missed | undefined {
  const sentences = new Map<string, MissedReason>();
  for (const { containers } of usages) {
    for (const container of containers) {
      if (isMissed(container.reason))
        sentences.set(sentenceFor(container, container.reason), container.reason);
    }
  }
  const [first] = [...sentences].toSorted();
  if (first === undefined) return undefined;
  const told = [...sentences.keys()].toSorted().join(' ');
  return { reason: first[1], note: `${told} ${remedy}` };
}

/** What sets it right, by whom the pods belong to. */
export function remedyFor(about: { readonly kind: string; readonly name: string }, auto: boolean): string {
  switch (about.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return auto
        ? 'Its turn to be restarted will come (rootlock.dev/rollout: auto).'
        : `Restart it: kubectl rollout restart ${shortName(about)}`;
    case 'Job':
    case 'CronJob':
      return 'The next pod it makes is as it should be.';
    case 'Pod':
      return 'Nobody would make it anew: delete it and make it again yourself.';
    default:
      return 'Delete its pods one by one, and those that take their place are as they should be.';
  }
}

function sentenceFor({ container, hardened, missing }: ContainerUsage, reason: MissedReason): string {
  const root = hardened ? [] : ['a read-only root'];
  const volumes = missing.length > 0 ? [`volumes at ${missing.toSorted().join(', ')}`] : [];
  const lacks = [...root, ...volumes].join(' and ') || 'variables of its profile';
  return `${container}: ${USAGE_REASONS[reason]}; made now it would get ${lacks}.`;
}
