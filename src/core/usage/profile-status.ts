import type { Profile } from '../catalog/profile.ts';
import { type JsonObject, textOf } from '../json.ts';
import type { Condition, Matched, ObservedProfile, ProfileStatus } from '../observed/observed-profile.ts';
import type { ContainerUsage, PodUsage } from './pod-usage.ts';
import type { Conflict } from './profile-conflicts.ts';
import { isMissed } from './usage-reasons.ts';

export type StatusInput = {
  readonly profile: ObservedProfile;
  /** The pods that it counts for. */
  readonly usages: Iterable<PodUsage>;
  readonly conflicts: readonly Conflict[];
  /** False for an exemption of a namespace where the installation does not let these count. */
  readonly allowed: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** The fields of a status that are not the learner's. */
export type WantedStatus = Omit<ProfileStatus, 'evidence' | 'proposals'>;

/** What is to be said of a profile: a function of what is seen, and of what was said before only where that lasts. */
export function statusOf(input: StatusInput): WantedStatus {
  const { profile, usages, now } = input;
  const used = [...usages].map((usage) => ({ usage, containers: containersFor(usage, profile.key) }));
  const matched = countMatched(used);
  const lastUsed = lastUse(profile.status, used, now);
  return {
    observedGeneration: profile.generation,
    conditions: conditionsFor(input, used).map((told) => dated(told, input)),
    paths: profile.read.kind === 'profile' ? profile.read.profile.paths.length : 0,
    matched,
    ...(lastUsed !== undefined && { lastUsed }),
  };
}

/** Whether the status in the cluster says all that, and nothing else of these fields. */
export function isSaid(
  wanted: WantedStatus,
  { evidence: _, proposals: __, ...found }: ProfileStatus,
): boolean {
  return JSON.stringify(statusJson(wanted)) === JSON.stringify(statusJson(found));
}

/** `status` as the API has it. */
export function statusJson({
  observedGeneration,
  conditions,
  paths,
  matched,
  lastUsed,
}: WantedStatus): JsonObject {
  return {
    observedGeneration,
    conditions: conditions
      .toSorted((one, other) => (one.type < other.type ? -1 : 1))
      .map(({ type, status, observedGeneration: of, lastTransitionTime, reason, message }) => ({
        type,
        status,
        ...(of !== undefined && { observedGeneration: of }),
        lastTransitionTime,
        reason,
        message,
      })),
    paths,
    ...(matched !== undefined && {
      matched: { pods: matched.pods, hardened: matched.hardened, failing: matched.failing },
    }),
    ...(lastUsed !== undefined && { lastUsed: seconds(lastUsed) }),
  };
}

type Used = { readonly usage: PodUsage; readonly containers: readonly ContainerUsage[] };

function containersFor({ containers }: PodUsage, key: string): readonly ContainerUsage[] {
  return containers.filter(({ profiles }) => profiles.includes(key));
}

function countMatched(used: readonly Used[]): Matched {
  const hardened = used.filter(({ containers }) => containers.every((container) => container.hardened));
  const failing = hardened.filter(({ containers }) => containers.some((container) => container.failing));
  return { pods: used.length, hardened: hardened.length, failing: failing.length };
}

/**
 * While pods use it: when the youngest of them was made. The moment that none does any more is the last use of all;
 * it is known by what the status said before, so that it need not be written again and again meanwhile.
 */
function lastUse(before: ProfileStatus, used: readonly Used[], now: number): number | undefined {
  if (used.length === 0) return (before.matched?.pods ?? 0) > 0 ? now : before.lastUsed;
  return Math.max(before.lastUsed ?? 0, ...used.map(({ usage }) => usage.created));
}

type Told = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

function conditionsFor(input: StatusInput, used: readonly Used[]): readonly Told[] {
  return [
    readiness(input),
    ...conflicting(input.conflicts),
    ...needsApproval(input.profile),
    ...unhardenable(input),
    ...rolledOut(used),
  ];
}

function readiness({ profile: { read }, allowed, now }: StatusInput): Told {
  const type = 'Ready';
  if (read.kind === 'malformed') {
    const problems = read.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
    return { type, status: 'False', reason: 'Malformed', message: cut(`It does not count: ${problems}`) };
  }
  const { profile } = read;
  if (profile.expires !== undefined && profile.expires <= now) {
    const message = `It has not counted since ${seconds(profile.expires)}.`;
    return { type, status: 'False', reason: 'Expired', message };
  }
  if (!allowed) {
    const message = 'The installation does not let a namespace exempt its own images.';
    return { type, status: 'False', reason: 'NotAllowed', message };
  }
  return { type, status: 'True', reason: 'Counts', message: '' };
}

function conflicting(conflicts: readonly Conflict[]): readonly Told[] {
  if (conflicts.length === 0) return [];
  const named = conflicts.map(({ with: rival, about }) => `${rival.name} (${about})`).join(', ');
  const message = `For the same images there is also ${named}: the one whose name comes first counts. Remove one, or make them agree.`;
  return [{ type: 'Conflicting', status: 'True', reason: 'SameImages', message: cut(message) }];
}

function needsApproval({ status: { proposals }, reference }: ObservedProfile): readonly Told[] {
  if (proposals.length === 0) return [];
  const paths = proposals.map(({ path }) => textOf(path) ?? '').join(', ');
  const scope = reference.namespace === undefined ? '' : ` -n ${reference.namespace}`;
  const message = `${paths} waits for a person: kubectl rootlock approve ${reference.name}${scope}`;
  return [{ type: 'NeedsApproval', status: 'True', reason: 'ProposalsWait', message: cut(message) }];
}

/** A learned exemption is the one way in which the controller says that it gave up for now. */
function unhardenable({ profile, now }: StatusInput): readonly Told[] {
  const { read } = profile;
  if (read.kind === 'malformed' || !steppedBack(read.profile, now)) return [];
  const { reason, expires } = read.profile;
  const until = expires === undefined ? '' : ` It is tried again after ${seconds(expires)}.`;
  return [{ type: 'Unhardenable', status: 'True', reason: 'SteppedBack', message: cut(`${reason}${until}`) }];
}

function steppedBack({ action, source, expires }: Profile, now: number): boolean {
  return action === 'Exempt' && source === 'learned' && (expires === undefined || expires > now);
}

/** Pods that admission missed, by the reason and not by name: a message that changes with each pod is written with each. */
function rolledOut(used: readonly Used[]): readonly Told[] {
  const reasons = new Map<string, number>();
  for (const { containers } of used) {
    const reason = containers.map((container) => container.reason).find(isMissed);
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  if (reasons.size === 0) return [];
  const counts = [...reasons].toSorted().map(([reason, count]) => `${count} ${reason}`);
  const message = `${counts.join(', ')} of ${used.length} pods: restart their owners, or label their namespace rootlock.dev/rollout: auto.`;
  return [{ type: 'RolledOut', status: 'False', reason: 'PodsMissed', message }];
}

/** As metav1.Condition asks: the time is that of the status, and stays while that does. */
function dated(told: Told, { profile, now }: StatusInput): Condition {
  const before = profile.status.conditions.find(({ type }) => type === told.type);
  const lastTransitionTime = before?.status === told.status ? before.lastTransitionTime : seconds(now);
  return { ...told, observedGeneration: profile.generation, lastTransitionTime };
}

/** Less than the API server takes, and more than anybody reads. */
const MAX_MESSAGE = 2_000;

function cut(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1)}…`;
}

/** metav1.Time. */
function seconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
