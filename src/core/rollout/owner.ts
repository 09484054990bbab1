import { parseTimestamp } from '../catalog/timestamp.ts';
import { isObject, type JsonObject, textOf } from '../json.ts';
import { type ObjectReference, referenceTo } from '../object-reference.ts';

/** What makes pods, and can be asked to make them anew. */
export type Owner = {
  readonly reference: ObjectReference;
  readonly resourceVersion: string;
  /**
   * `restart`: a change of its template makes new pods, as `kubectl rollout restart` does. `evict`: its pods are to be
   * evicted one by one.
   */
  readonly way: 'restart' | 'evict';
  /** A person has stopped its rollouts. */
  readonly paused: boolean;
  /** Whether all the pods that it wants are there, of the newest template that they may have, and available. */
  readonly settled: boolean;
  /** Set from our restart of it until that is done. */
  readonly restart?: Restart;
};

/** What is written on an owner that is restarted, so that whoever leads next goes on from there. */
export type Restart = {
  /** Milliseconds since the epoch, to the second. */
  readonly at: number;
  /** Its pods that failed already. */
  readonly failing: number;
  /** What its pods lacked, as a text to compare: a restart after which they lack the same has changed nothing. */
  readonly lacking: string;
};

export const ROLLOUT_ANNOTATION = 'rootlock.dev/rollout';
/** As kubectl's own, so that other tools know a restart when they see one. */
export const RESTARTED_AT_ANNOTATION = 'kubectl.kubernetes.io/restartedAt';

const WITH_TEMPLATE = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Reads a Deployment, StatefulSet, DaemonSet or ReplicaSet; undefined for what has no name. */
export function readOwner(json: JsonObject): Owner | undefined {
  const reference = referenceTo(json);
  if (reference === undefined) return undefined;
  const metadata = objectOr(json.metadata);
  const spec = objectOr(json.spec);
  const restart = readRestart(objectOr(metadata.annotations)[ROLLOUT_ANNOTATION]);
  return {
    reference,
    resourceVersion: textOf(metadata.resourceVersion) ?? '',
    way: wayFor(reference.kind, spec),
    paused: spec.paused === true,
    settled: isSettled(reference.kind, metadata, spec, objectOr(json.status)),
    ...(restart !== undefined && { restart }),
  };
}

/** An `OnDelete` strategy leaves it to whoever deletes the pods, and a partition keeps a template from some of them. */
function wayFor(kind: string, spec: JsonObject): Owner['way'] {
  const held = objectOr(spec.updateStrategy).type === 'OnDelete' || partitionOf(spec) > 0;
  return WITH_TEMPLATE.has(kind) && !held ? 'restart' : 'evict';
}

/** The pods of a StatefulSet with lower numbers than this keep their template, even when they are made anew. */
function partitionOf(spec: JsonObject): number {
  return numberOf(objectOr(objectOr(spec.updateStrategy).rollingUpdate).partition);
}

/** As `kubectl rollout status` judges (k8s.io/kubectl, polymorphichelpers/rollout_status.go). */
function isSettled(kind: string, metadata: JsonObject, spec: JsonObject, status: JsonObject): boolean {
  if (numberOf(metadata.generation) > numberOf(status.observedGeneration)) return false;
  const all = (wanted: number, ...counts: readonly unknown[]) =>
    counts.every((count) => numberOf(count) === wanted);
  const replicas = typeof spec.replicas === 'number' ? spec.replicas : 1;
  switch (kind) {
    case 'DaemonSet':
      return all(
        numberOf(status.desiredNumberScheduled),
        status.updatedNumberScheduled,
        status.numberAvailable,
      );
    case 'ReplicaSet':
      return all(replicas, status.replicas, status.availableReplicas);
    case 'StatefulSet': {
      const updated = numberOf(status.updatedReplicas) >= replicas - partitionOf(spec);
      return updated && all(replicas, status.replicas, status.availableReplicas);
    }
    default:
      return all(replicas, status.replicas, status.updatedReplicas, status.availableReplicas);
  }
}

function readRestart(value: unknown): Restart | undefined {
  try {
    const json: unknown = JSON.parse(textOf(value) ?? '');
    if (!isObject(json)) return undefined;
    const at = parseTimestamp(textOf(json.at) ?? '');
    if (at === undefined) return undefined;
    return { at, failing: numberOf(json.failing), lacking: textOf(json.lacking) ?? '' };
  } catch {
    return undefined;
  }
}

function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
