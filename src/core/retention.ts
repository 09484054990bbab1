import type { ObservedProfile } from './observed/observed-profile.ts';

export type Retention =
  | { readonly kind: 'keep' }
  /** To be looked at again at that time, in milliseconds since the epoch. */
  | { readonly kind: 'keep-until'; readonly until: number }
  | { readonly kind: 'forget'; readonly because: 'unused' | 'expired' };

export type RetentionInput = {
  readonly profile: ObservedProfile;
  /** How many pods it counts for. */
  readonly pods: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a learned profile is kept without a pod, in milliseconds. */
  readonly forgetAfterMs: number;
};

/** What people and releases made is theirs: only what was learned is forgotten. */
export function retentionOf({ profile, pods, now, forgetAfterMs }: RetentionInput): Retention {
  const { read, source, status, deleting, created } = profile;
  if (source !== 'learned' || deleting || read.kind === 'malformed') return { kind: 'keep' };
  const { action, expires } = read.profile;
  if (action === 'Exempt' && expires !== undefined) {
    return expires <= now ? { kind: 'forget', because: 'expired' } : { kind: 'keep-until', until: expires };
  }
  // The last use is only known once the status has said that there is none any more.
  if (pods > 0 || (status.matched?.pods ?? 0) > 0) return { kind: 'keep' };
  const until = Math.max(created, status.lastUsed ?? 0) + forgetAfterMs;
  return until <= now ? { kind: 'forget', because: 'unused' } : { kind: 'keep-until', until };
}
