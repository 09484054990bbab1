import type { ProfileSource, ReadProfile } from '../catalog/profile.ts';
import { readProfile, readSource } from '../catalog/read-profile.ts';
import { parseTimestamp } from '../catalog/timestamp.ts';
import { FIELD_MANAGERS } from '../field-managers.ts';
import { isArray, isObject, type JsonObject, textOf } from '../json.ts';
import { keyOf, type ObjectReference, referenceTo } from '../object-reference.ts';
import { ownersOf } from './managed-fields.ts';

/** What the controller keeps of a profile, of either kind. */
export type ObservedProfile = {
  /** `nginx`, or `shop/nginx` for a profile of a namespace. */
  readonly key: string;
  readonly reference: ObjectReference & { readonly uid: string };
  readonly resourceVersion: string;
  readonly generation: number;
  /** Milliseconds since the epoch, to the second. */
  readonly created: number;
  /** When its spec last changed. */
  readonly specChanged: number;
  readonly read: ReadProfile;
  /** What its label says, even of one that cannot be read. */
  readonly source: ProfileSource;
  /** Set where this controller's applies made its spec what it is, and not a person. */
  readonly applied: boolean;
  /** The annotation `rootlock.dev/builtin`: which text of the built-in profile was applied. */
  readonly builtinDigest?: string;
  /** The annotation `rootlock.dev/healing`: what the healer has to remember (core/healing/memory.ts). */
  readonly healing?: string;
  readonly deleting: boolean;
  readonly status: ProfileStatus;
};

/** The status as it is in the cluster; what is malformed counts as absent. */
export type ProfileStatus = {
  readonly observedGeneration?: number;
  readonly conditions: readonly Condition[];
  readonly paths?: number;
  readonly matched?: Matched;
  /** Milliseconds since the epoch. */
  readonly lastUsed?: number;
  /** Of the learner alone. */
  readonly evidence: readonly JsonObject[];
  readonly proposals: readonly JsonObject[];
};

export type Matched = { readonly pods: number; readonly hardened: number; readonly failing: number };

/** As metav1.Condition. */
export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly observedGeneration?: number;
  /** RFC 3339. */
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
};

export const BUILTIN_ANNOTATION = 'rootlock.dev/builtin';
export const HEALING_ANNOTATION = 'rootlock.dev/healing';

/** Of one that is `known`, and of which only the status has changed, the spec is not read again: it is in the catalog. */
export function observeProfile(json: JsonObject, known?: ObservedProfile): ObservedProfile {
  const metadata = isObject(json.metadata) ? json.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const reference = referenceTo(json) ?? { apiVersion: '', kind: '', name: '' };
  const owners = ownersOf(metadata, ['spec']).filter(({ subresource }) => subresource === '');
  const created = parseTimestamp(textOf(metadata.creationTimestamp) ?? '') ?? 0;
  const digest = textOf(annotations[BUILTIN_ANNOTATION]);
  const healing = textOf(annotations[HEALING_ANNOTATION]);
  const edition = {
    reference: { ...reference, uid: reference.uid ?? '' },
    generation: typeof metadata.generation === 'number' ? metadata.generation : 0,
    source: readSource(metadata.labels),
  };
  return {
    ...edition,
    key: keyOf(reference),
    resourceVersion: textOf(metadata.resourceVersion) ?? '',
    created,
    specChanged: Math.max(created, ...owners.map(({ time }) => time)),
    read: known !== undefined && sameSpec(known, edition) ? known.read : readProfile(json),
    applied: owners.some(({ manager, applied }) => applied && manager === FIELD_MANAGERS.controller),
    ...(digest !== undefined && { builtinDigest: digest }),
    ...(healing !== undefined && { healing }),
    deleting: metadata.deletionTimestamp != null,
    status: readStatus(json.status),
  };
}

/** What is different about a profile when its spec, or who wrote it, is: a status that is written makes no other catalog. */
type Edition = Pick<ObservedProfile, 'reference' | 'generation' | 'source'>;

/** Whether a profile says the same as before, or is not there as before. */
export function sameSpec(before: Edition | undefined, after: Edition | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return (
    before.reference.uid === after.reference.uid &&
    before.generation === after.generation &&
    before.source === after.source
  );
}

function readStatus(value: unknown): ProfileStatus {
  const status = isObject(value) ? value : {};
  const lastUsed = parseTimestamp(textOf(status.lastUsed) ?? '');
  return {
    ...(typeof status.observedGeneration === 'number' && { observedGeneration: status.observedGeneration }),
    conditions: listOf(status.conditions).flatMap(readCondition),
    ...(typeof status.paths === 'number' && { paths: status.paths }),
    ...(isObject(status.matched) && { matched: readMatched(status.matched) }),
    ...(lastUsed !== undefined && { lastUsed }),
    evidence: listOf(status.evidence),
    proposals: listOf(status.proposals),
  };
}

function readCondition(json: JsonObject): Condition[] {
  const { type, status, reason, message, lastTransitionTime, observedGeneration } = json;
  if (typeof type !== 'string' || typeof lastTransitionTime !== 'string') return [];
  if (status !== 'True' && status !== 'False' && status !== 'Unknown') return [];
  const generation = typeof observedGeneration === 'number' ? { observedGeneration } : {};
  const told = { reason: textOf(reason) ?? '', message: textOf(message) ?? '' };
  return [{ type, status, lastTransitionTime, ...told, ...generation }];
}

function readMatched({ pods, hardened, failing }: JsonObject): Matched {
  const count = (value: unknown) => (typeof value === 'number' ? value : 0);
  return { pods: count(pods), hardened: count(hardened), failing: count(failing) };
}

function listOf(value: unknown): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}
