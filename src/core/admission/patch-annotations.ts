import { type JsonObject, textOf } from '../json.ts';

/** What was decided, for the reconciler and for people: written by the webhook on each pod it hardened. */
export const RECORD_ANNOTATION = 'rootlock.dev/hardened';

/** Names of local volumes that do not keep the cluster autoscaler from removing a node (autoscaler FAQ). */
const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/** Names of volumes that Velero's file system backup leaves out (Velero docs, "File System Backup"). */
const BACKUP_EXCLUDES = 'backup.velero.io/backup-volumes-excludes';

/** All annotations of an object together, keys and values in bytes (apimachinery, TotalAnnotationSizeLimitB). */
const MAX_TOTAL_BYTES = 256 * 1024;

export type AnnotationInput = {
  /** Our disk volumes: only these count as local storage for the autoscaler. */
  readonly onDisk: readonly string[];
  /** All volumes of ours. */
  readonly all: readonly string[];
  readonly record: string | undefined;
};

/**
 * The annotations that have to be written, merged with what is there; undefined where there are none, or where they
 * would not fit, since the API server would then refuse the pod.
 */
export function annotationsFor(
  existing: JsonObject,
  { onDisk, all, record }: AnnotationInput,
): Readonly<Record<string, string>> | undefined {
  const wanted: Record<string, string> = {};
  if (onDisk.length > 0) wanted[SAFE_TO_EVICT] = withNames(existing[SAFE_TO_EVICT], onDisk);
  if (all.length > 0) wanted[BACKUP_EXCLUDES] = withNames(existing[BACKUP_EXCLUDES], all);
  const news = record !== undefined && existing[RECORD_ANNOTATION] !== record;
  if (news) wanted[RECORD_ANNOTATION] = record;
  return (news || all.length > 0) && fits(existing, wanted) ? wanted : undefined;
}

function withNames(value: unknown, names: readonly string[]): string {
  const text = textOf(value) ?? '';
  if (text === '') return names.join(',');
  const there = text.split(',').map((name) => name.trim());
  return [...new Set([...there, ...names])].filter((name) => name !== '').join(',');
}

/** A UTF-16 unit is 3 bytes of UTF-8 at most, so that only annotations of some 80 KiB have to be measured exactly. */
function fits(existing: JsonObject, wanted: Record<string, string>): boolean {
  const units = sizeOf(existing, (text) => text.length) + sizeOf(wanted, (text) => text.length);
  if (units * 3 <= MAX_TOTAL_BYTES) return true;
  return (
    sizeOf({ ...existing, ...wanted }, (text) => new TextEncoder().encode(text).length) <= MAX_TOTAL_BYTES
  );
}

function sizeOf(annotations: JsonObject, measure: (text: string) => number): number {
  let size = 0;
  for (const key in annotations) size += measure(key) + measure(textOf(annotations[key]) ?? '');
  return size;
}
