import type { Catalog } from '../catalog/lookup.ts';
import { parseImage } from '../image/reference.ts';
import type { Evidence } from '../learning/evidence.ts';
import type { ObjectReference } from '../object-reference.ts';
import type { ObservedContainer, ObservedPod } from '../observed/observed-pod.ts';
import { healthOf } from './health.ts';
import { ownFacts, type Patient, recordsOf, workloadKey } from './patient.ts';
import { isSeed } from './seed-of.ts';
import { failingWithSeed, hasOwnDirectories } from './seeding.ts';

export type PatientsInput = {
  readonly pods: Iterable<ObservedPod>;
  readonly catalog: Catalog;
  readonly namespace: string;
  readonly workloadOf: (pod: ObservedPod) => ObjectReference | undefined;
  /** What its logs told, as far as they were read. */
  readonly evidenceOf: (pod: ObservedPod, container: ObservedContainer) => readonly Evidence[];
  /** Whether the logs of all its runs that have ended were read. */
  readonly heardOf: (pod: ObservedPod, container: ObservedContainer) => boolean;
  /** Whether the Job of a pod makes another one, some times, where it fails. */
  readonly forgives: (pod: ObservedPod) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** Pods of a Job stay long after they have failed: only what is fresh is looked at. */
const FRESH_MS = 15 * 60_000;

/** The containers of a namespace that healing looks at. */
export function patientsOf(input: PatientsInput): readonly Patient[] {
  const patients = [...input.pods].flatMap((pod) => patientsIn(pod, input));
  return countFailed(patients);
}

function patientsIn(pod: ObservedPod, input: PatientsInput): readonly Patient[] {
  const { catalog, namespace, now } = input;
  const workload = input.workloadOf(pod);
  const records = recordsOf(pod);
  return pod.containers.flatMap((container) => {
    if (container.list === 'ephemeralContainers' || isSeed(container)) return [];
    if (isStale(container, now)) return [];
    const parsed = parseImage(container.image);
    if (parsed.kind === 'malformed') return [];
    const record = records.get(container.name);
    const evidence = record === undefined ? [] : input.evidenceOf(pod, container);
    const health = healthOf(container, pod, now);
    // Reading the manifest costs something, and most containers do well.
    const matters =
      evidence.length > 0 ||
      failingWithSeed({ pod, container, health }, now) !== 'not' ||
      hasOwnDirectories(container.name, pod);
    return {
      pod,
      container,
      image: parsed.image,
      ...(workload !== undefined && { workload }),
      health,
      ...(record !== undefined && { record }),
      match: catalog.lookup(parsed.image, namespace, now),
      facts: record !== undefined && matters ? ownFacts(pod, container.name) : { mounts: [] },
      evidence,
      heard: record === undefined || input.heardOf(pod, container),
      forgiving: input.forgives(pod),
    };
  });
}

function isStale({ state }: ObservedContainer, now: number): boolean {
  return state.kind === 'terminated' && now - state.finished > FRESH_MS;
}

/** How often a Job fails shows in how many of its pods have failed. */
function countFailed(patients: readonly Patient[]): readonly Patient[] {
  const keyOf = (patient: Patient) => `${workloadKey(patient)} ${patient.container.name}`;
  const failed = Map.groupBy(
    patients.filter(({ health }) => health.kind === 'failed'),
    keyOf,
  );
  return patients.map((patient) =>
    patient.health.kind === 'failed'
      ? { ...patient, health: { kind: 'failed', pods: failed.get(keyOf(patient))?.length ?? 1 } }
      : patient,
  );
}
