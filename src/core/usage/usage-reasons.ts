import { SKIP_REASONS } from '../admission/decision.ts';

/**
 * Why a running container is not hardened, or not as it would be if its pod were made now: why admission would leave
 * it alone, or what admission had no chance to do. The keys are metric labels and never change their meaning.
 */
export const USAGE_REASONS = {
  ...SKIP_REASONS,
  audit: 'the namespace is in audit mode: pods are not changed',
  'would-be-denied': "the namespace's labels would refuse the pod today",
  'before-opt-in': 'the pod was made before the namespace opted in',
  'older-profile': 'the pod was made under an older version of its profiles',
  'missed-admission': 'the pod was made without the webhook, which may have been away',
} as const satisfies Record<string, string>;

export type UsageReason = keyof typeof USAGE_REASONS;

/** What making the pod anew would set right. */
export const MISSED_REASONS = ['before-opt-in', 'older-profile', 'missed-admission'] as const;

export type MissedReason = (typeof MISSED_REASONS)[number];

export function isMissed(reason: UsageReason | undefined): reason is MissedReason {
  return MISSED_REASONS.some((missed) => missed === reason);
}
