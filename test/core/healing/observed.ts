import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import type { Patient } from '../../../src/core/healing/patient.ts';
import { patientsOf } from '../../../src/core/healing/patients.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import type { ObjectReference } from '../../../src/core/object-reference.ts';
import { type ObservedPod, observePod } from '../../../src/core/observed/observed-pod.ts';

export const NOW = Date.parse('2026-11-23T09:00:00Z');
export const IMAGE = 'registry.example.com/team/app:1.0';

export function secondsAgo(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString().replace(/\.\d+Z/, 'Z');
}

export type PodGiven = {
  readonly name?: string;
  /** The name of its ReplicaSet, or an owner of another kind; '': none. */
  readonly owner?: string | { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** Who made the owner; absent: that is who is remembered. */
  readonly root?: ObjectReference;
  readonly created?: number;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly deleting?: true;
  /** As a Job's pods do. */
  readonly runsToEnd?: true;
  /** The status of the container `main`. */
  readonly status?: JsonObject;
  /** Paths and profiles of the record of `main`; absent: it was not hardened. */
  readonly record?: { readonly profiles: readonly string[]; readonly paths: readonly string[] };
  readonly container?: JsonObject;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly volumes?: readonly JsonObject[];
  readonly initStatuses?: readonly JsonObject[];
};

export const CRASHED = { terminated: { exitCode: 1, reason: 'Error', finishedAt: secondsAgo(5) } } as const;

export function running(seconds: number, ready = true): JsonObject {
  return { ready, state: { running: { startedAt: secondsAgo(seconds) } } };
}

export function crashing(times: number): JsonObject {
  return { restartCount: times - 1, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: CRASHED };
}

/** A pod of namespace shop with one container `main`, as the API server has it. */
export function podWith(given: PodGiven = {}): ObservedPod {
  const { name = 'app-1', owner = 'web-1', created = 120, phase = 'Running', record } = given;
  const { status = running(90), container = {}, volumes = [], initStatuses = [] } = given;
  return observePod({
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: secondsAgo(created),
      ...(given.deleting === true && { deletionTimestamp: secondsAgo(1) }),
      ...(owner !== '' && { ownerReferences: [ownerReference(owner)] }),
      annotations: {
        ...given.annotations,
        ...(record !== undefined && { 'rootlock.dev/hardened': JSON.stringify({ main: record }) }),
      },
    },
    spec: {
      initContainers: initStatuses.map(({ name: init }) => ({ name: init, image: IMAGE })),
      containers: [{ name: 'main', image: IMAGE, ...container }],
      volumes,
      restartPolicy: given.runsToEnd ? 'Never' : 'Always',
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: (given.ready ?? status.ready === true) ? 'True' : 'False' }],
      containerStatuses: [{ name: 'main', ...status }],
      initContainerStatuses: initStatuses,
    },
  });
}

function ownerReference(owner: NonNullable<PodGiven['owner']>) {
  const named =
    typeof owner === 'string' ? { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner } : owner;
  return { ...named, uid: `uid-${named.name}`, controller: true };
}

/** The container `main` of such a pod, which has logged a text. */
export function patientWith(
  given: PodGiven & {
    readonly log?: string;
    readonly heard?: boolean;
    readonly profiles?: readonly Profile[];
    readonly forgiving?: true;
  },
): Patient {
  const [patient] = patientsOf({
    pods: [podWith(given)],
    catalog: compileCatalog(given.profiles ?? [], { mirrors: [], namespacedExemptions: true }),
    namespace: 'shop',
    workloadOf: ({ owner }) => given.root ?? owner,
    evidenceOf: () => readLog(given.log ?? ''),
    heardOf: () => given.heard ?? true,
    forgives: () => given.forgiving ?? false,
    now: NOW,
  });
  if (patient === undefined) throw new Error('expected a patient');
  return patient;
}
