import { checkPath } from '../catalog/path-rules.ts';
import type { ProfilePath } from '../catalog/profile.ts';
import type { ContainerPath } from '../container-path.ts';
import { isArray, isObject, type JsonObject, textOf } from '../json.ts';

/** The part of a profile's status that the learner writes; the conditions follow from it (core/usage). */
export type LearnedStatus = {
  readonly evidence: readonly PathEvidence[];
  readonly proposals: readonly Proposal[];
};

/** Why a path is there: what was seen of the image writing to it. */
export type PathEvidence = {
  readonly path: ContainerPath;
  readonly from: 'Log';
  /** In how many containers it was seen, of how many that were looked at. */
  readonly containers: number;
  readonly of: number;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
  readonly sample: string;
};

/** A path that waits for a person's yes. */
export type Proposal = Pick<ProfilePath, 'path' | 'content' | 'class'> & { readonly because: string };

export const NO_STATUS: LearnedStatus = { evidence: [], proposals: [] };

/** Reads what is ours of a status; what is malformed counts as absent. */
export function readLearnedStatus(value: unknown): LearnedStatus {
  const status = isObject(value) ? value : {};
  return {
    evidence: listOf(status.evidence).flatMap(readEvidence),
    proposals: listOf(status.proposals).flatMap(readProposal),
  };
}

function readEvidence(json: JsonObject): PathEvidence[] {
  const path = pathOf(json.path);
  if (path === undefined || json.from !== 'Log') return [];
  return [
    {
      path,
      from: 'Log',
      containers: typeof json.containers === 'number' ? json.containers : 0,
      of: typeof json.of === 'number' ? json.of : 0,
      first: textOf(json.first) ?? '',
      last: textOf(json.last) ?? '',
      sample: textOf(json.sample) ?? '',
    },
  ];
}

function readProposal(json: JsonObject): Proposal[] {
  const path = pathOf(json.path);
  if (path === undefined) return [];
  return [
    {
      path,
      content: json.content === 'Empty' ? 'Empty' : 'Copy',
      class: json.class === 'Scratch' ? 'Scratch' : 'Data',
      because: textOf(json.because) ?? '',
    },
  ];
}

/** As server-side apply takes it. */
export function statusObject({ evidence, proposals }: LearnedStatus): JsonObject {
  return {
    evidence: evidence.map(({ ...each }) => each),
    proposals: proposals.map(({ ...each }) => each),
  };
}

export function sameStatus(one: LearnedStatus, other: LearnedStatus): boolean {
  return JSON.stringify(statusObject(one)) === JSON.stringify(statusObject(other));
}

function pathOf(value: unknown): ContainerPath | undefined {
  const checked = checkPath(textOf(value) ?? '');
  return checked.kind === 'path' ? checked.path : undefined;
}

function listOf(value: unknown): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}
