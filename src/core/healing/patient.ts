import { type ContainerRecord, profileVersion } from '../admission/told.ts';
import { isOurVolume } from '../admission/volume-name.ts';
import type { CatalogMatch } from '../catalog/lookup.ts';
import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import type { ImageReference } from '../image/reference.ts';
import { isArray, isObject, textOf } from '../json.ts';
import type { ContainerFacts } from '../learning/container-facts.ts';
import type { Evidence } from '../learning/evidence.ts';
import { type ObjectReference, shortName } from '../object-reference.ts';
import { manifestOf, type ObservedContainer, type ObservedPod } from '../observed/observed-pod.ts';
import { readPod } from '../pod/read-pod.ts';
import type { Health } from './health.ts';
import { startDirectory } from './own-directories.ts';
import { parsedJson } from './parsed-json.ts';
import { reportOf } from './seed-of.ts';

/** A container of an opted-in namespace, with all that is known of how it fares. */
export type Patient = {
  readonly pod: ObservedPod;
  readonly container: ObservedContainer;
  readonly image: ImageReference;
  /** The workload at the top: a Deployment, a CronJob; absent for a pod that nobody would make anew. */
  readonly workload?: ObjectReference;
  readonly health: Health;
  /** How admission hardened it; absent where it left its root writable. */
  readonly record?: ContainerRecord;
  /** What the catalog says of its image now. */
  readonly match: CatalogMatch;
  readonly facts: OwnFacts;
  /** What it logged, this run and the one before. */
  readonly evidence: readonly Evidence[];
  /** Whether that is all: a container may have crashed again since its logs were read, or there was no time to read them. */
  readonly heard: boolean;
  /** Whether its Job makes another pod, some times, where one fails. */
  readonly forgiving: boolean;
};

/** What the pod itself says of the container, ours left out, or its image does. */
export type OwnFacts = Pick<ContainerFacts, 'mounts' | 'workingDir'>;

/** `deployment/web`, by which a workload is remembered. */
export function workloadKey({ workload, pod }: Pick<Patient, 'workload' | 'pod'>): string {
  return workload === undefined ? `pod/${pod.name}` : shortName(workload);
}

/** What an event about a patient is told of. */
export function subjectOf({ workload, pod }: Pick<Patient, 'workload' | 'pod'>): ObjectReference {
  return workload ?? podReference(pod);
}

export function podReference({
  namespace,
  name,
  uid,
}: ObservedPod): ObjectReference & { readonly uid: string } {
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid };
}

/** Each pod's records, read once: pods are looked at more often than they change. */
const RECORDS = new WeakMap<ObservedPod, Records>();

type Records = ReadonlyMap<string, ContainerRecord>;

/** How a pod's containers were hardened, by their names; empty where it has no record, or one that cannot be read. */
export function recordsOf(pod: ObservedPod): Records {
  const known = RECORDS.get(pod) ?? readRecords(pod.record);
  RECORDS.set(pod, known);
  return known;
}

function readRecords(text: string | undefined): Records {
  const json = text === undefined ? undefined : parsedJson(text);
  if (!isObject(json)) return new Map();
  return new Map(
    Object.entries(json).flatMap(([name, record]) =>
      isObject(record)
        ? [[name, { profiles: textsOf(record.profiles), paths: textsOf(record.paths) }] as const]
        : [],
    ),
  );
}

function textsOf(value: unknown): readonly string[] {
  return isArray(value) ? value.flatMap((each) => textOf(each) ?? []) : [];
}

export function ownFacts(pod: ObservedPod, container: string): OwnFacts {
  const read = readPod(manifestOf(pod));
  const found = read.kind === 'pod' ? read.pod.containers.find(({ name }) => name === container) : undefined;
  if (found === undefined) return { mounts: [] };
  const mounts = found.mounts.filter(({ volume }) => !isOurVolume(volume)).map(({ path }) => path);
  const { workingDir = startDirectory(reportOf(container, pod)) } = found;
  return { mounts, ...(workingDir !== undefined && { workingDir }) };
}

/** Whether a pod made now would be hardened otherwise than this one was. */
export function isOutdated({ record, match }: Patient): boolean {
  if (record === undefined) return false;
  switch (match.kind) {
    case 'exempt':
      return true;
    case 'unknown':
      return record.profiles.length > 0;
    case 'harden':
      return !sameTexts(match.profiles.map(profileVersion), record.profiles);
  }
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

/** Where our volumes are mounted in it. */
export function oursIn({ record }: Patient): readonly ContainerPath[] {
  return (record?.paths ?? []).flatMap((path) => parseContainerPath(path) ?? []);
}
