import { decide } from '../admission/decide.ts';
import type { ContainerDecision, Decision } from '../admission/decision.ts';
import type { World } from '../admission/world.ts';
import type { Profile } from '../catalog/profile.ts';
import { parseImage } from '../image/reference.ts';
import { keyOf } from '../object-reference.ts';
import type { ObservedNamespace } from '../observed/observed-namespace.ts';
import { hasEnded, manifestOf, type ObservedContainer, type ObservedPod } from '../observed/observed-pod.ts';
import type { FindingKey } from '../policy/rule.ts';
import { ESCAPES } from '../policy/verdict.ts';
import { isFailing } from './failing.ts';
import type { UsageReason } from './usage-reasons.ts';

/** What a running pod makes of the catalog, and what it would make of it if it were made now. */
export type PodUsage = {
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  /** The owner that controls it, one step up, or the pod itself where it has none: `shop/ReplicaSet/web-5d8f`. */
  readonly ownerKey: string;
  /** When the pod was made, in milliseconds since the epoch. */
  readonly created: number;
  readonly containers: readonly ContainerUsage[];
};

export type ContainerUsage = {
  readonly container: string;
  readonly image: string;
  /** Keys of the profiles that count for its image now, most specific first. */
  readonly profiles: readonly string[];
  /** Whether its root is read-only, by whomever. */
  readonly hardened: boolean;
  /** Absent where it runs as it would if it were made now. */
  readonly reason?: UsageReason;
  /** The detail behind the reason, or empty. */
  readonly because: string;
  /** What making the pod anew would mount, where something is missing. */
  readonly missing: readonly string[];
  readonly failing: boolean;
  /** What undoes its read-only root, or changes the node in spite of it; absent where nothing does, or it has none. */
  readonly escapes?: readonly FindingKey[];
};

export type UsageInput = {
  readonly pod: ObservedPod;
  readonly namespace: ObservedNamespace;
  readonly world: World;
  /** When the spec of a profile last changed, in milliseconds since the epoch. */
  readonly specChanged: (profileKey: string) => number;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/**
 * Asks `decide` what it would make of the pod as it runs. Deciding is idempotent, so that what it would still add is
 * what the pod lacks. Undefined where nobody looks at the pod: it has ended, or its namespace has not opted in.
 */
export function usageOf(input: UsageInput): PodUsage | undefined {
  const { pod, namespace, world, now } = input;
  if (namespace.policy.mode === 'off' || namespace.terminating || hasEnded(pod)) return undefined;
  const decision = decide(
    {
      pod: manifestOf(pod),
      namespace: pod.namespace,
      policy: namespace.policy,
      policyProblems: [],
      now,
    },
    world,
  );
  const decided = decisionsByName(decision);
  return {
    key: keyOf(pod),
    uid: pod.uid,
    namespace: pod.namespace,
    ownerKey: ownerKeyOf(pod),
    created: pod.created,
    containers: pod.containers
      .filter(({ name }) => decision.kind !== 'judged' || decided.has(name))
      .map((container) => ({
        container: container.name,
        image: container.image,
        hardened: container.rootReadOnly,
        failing: isFailing(container),
        ...judge(container, decision, decided.get(container.name), input),
        ...escapesOf(container, decision),
      })),
  };
}

/** Its pods share their template, so that what is said of one holds for all of them. */
function ownerKeyOf({ namespace, name, owner }: ObservedPod): string {
  return `${namespace}/${owner?.kind ?? 'Pod'}/${owner?.name ?? name}`;
}

/** Seed containers of ours are not among them. */
function decisionsByName(decision: Decision): ReadonlyMap<string, ContainerDecision> {
  if (decision.kind !== 'judged') return new Map();
  return new Map(decision.containers.map((each) => [each.container.name, each]));
}

type Judgement = Pick<ContainerUsage, 'profiles' | 'reason' | 'because' | 'missing'>;

function judge(
  container: ObservedContainer,
  decision: Decision,
  decided: ContainerDecision | undefined,
  input: UsageInput,
): Judgement {
  const known = { profiles: profilesFor(container, input), missing: [] };
  if (decision.kind === 'denied') return { ...known, reason: 'would-be-denied', because: decision.message };
  const left = decided ?? (decision.kind === 'left-alone' ? decision : undefined);
  if (left === undefined || left.kind === 'left-alone') {
    // One that has a read-only root anyway is no worse for being left alone.
    if (container.rootReadOnly || left === undefined) return { ...known, because: '' };
    return { ...known, reason: left.reason, because: left.because };
  }
  const profiles = keysOf(left.profiles);
  const missing = left.plan.mounts.map(({ path }) => path);
  if (container.rootReadOnly && missing.length === 0 && left.plan.env.length === 0)
    return { profiles, missing, because: '' };
  if (decision.kind === 'judged' && decision.mode === 'audit')
    return container.rootReadOnly
      ? { profiles, missing: [], because: '' }
      : { profiles, missing, reason: 'audit', because: '' };
  return { profiles, missing, reason: missedReason(container, profiles, input), because: '' };
}

function escapesOf(
  { name, rootReadOnly }: ObservedContainer,
  decision: Decision,
): Pick<ContainerUsage, 'escapes'> {
  if (!rootReadOnly || decision.kind === 'left-alone') return {};
  const found = decision.findings.filter(({ container, key }) => container === name && ESCAPES.has(key));
  return found.length === 0 ? {} : { escapes: [...new Set(found.map(({ key }) => key))] };
}

/** The profiles that are for an image which is left alone all the same: an exemption, or one that waits. */
function profilesFor({ image }: ObservedContainer, { pod, world, now }: UsageInput): readonly string[] {
  const parsed = parseImage(image);
  if (parsed.kind === 'malformed') return [];
  const match = world.catalog.lookup(parsed.image, pod.namespace, now);
  switch (match.kind) {
    case 'unknown':
      return [];
    case 'exempt':
      return [keyOf(match.profile)];
    case 'harden':
      return keysOf(match.profiles);
  }
}

/** A match is remembered by the catalog: what is made of it is one value for all the pods of an image. */
const KEYS = new WeakMap<readonly Profile[], readonly string[]>();

function keysOf(profiles: readonly Profile[]): readonly string[] {
  const known = KEYS.get(profiles) ?? profiles.map(keyOf);
  KEYS.set(profiles, known);
  return known;
}

/**
 * Why admission has not done to the container what it would do now. The API server's times are to the second, so that
 * what is of the same second counts as before.
 */
function missedReason(
  { name }: ObservedContainer,
  profiles: readonly string[],
  { pod, namespace, specChanged }: UsageInput,
): UsageReason {
  if (pod.record?.includes(JSON.stringify(name))) return 'older-profile';
  if (pod.created <= namespace.optedIn) return 'before-opt-in';
  const younger = profiles.some((key) => pod.created <= specChanged(key));
  return younger ? 'older-profile' : 'missed-admission';
}
