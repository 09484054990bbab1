import { type ObservedProfile, sameSpec } from '../../core/observed/observed-profile.ts';

/** Of a profile's status, what the controller counts is not read here; it is written whenever a pod comes or goes. */
export function sameToHealing(
  before: ObservedProfile | undefined,
  after: ObservedProfile | undefined,
): boolean {
  if (!sameSpec(before, after)) return false;
  const proposals = (profile: ObservedProfile | undefined) => JSON.stringify(profile?.status.proposals);
  return before?.healing === after?.healing && proposals(before) === proposals(after);
}
