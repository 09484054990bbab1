import type { ContainerPath } from '../container-path.ts';
import { pathsToAdd } from '../learning/paths-to-add.ts';
import { hasEnded, type ObservedPod } from '../observed/observed-pod.ts';
import { awaitsLook } from './first-look.ts';
import { isAtLeast, isSteady } from './health.ts';
import { FORGOTTEN, type Memory } from './memory.ts';
import { isOutdated, oursIn, type Patient, workloadKey } from './patient.ts';
import { effectivePaths, mountOf } from './remedy.ts';
import { failingWithSeed, isSeeded, ownDirectoriesOf, readOnlyOwnDirectories } from './seeding.ts';

/** A pod to be replaced: its owner makes one that is hardened by what the catalog says now. */
export type Replacement = {
  readonly pod: ObservedPod;
  readonly patient: Patient;
  readonly because: 'fails' | 'lacks-paths' | 'returns' | 'unlooked-at';
};

export type ReplacementPlan = {
  /** At most one of each owner. */
  readonly now: readonly Replacement[];
  /** Pods that fail, and that nobody would make anew. */
  readonly orphans: readonly Replacement[];
};

export type ReplacementInput = {
  /** All containers of a namespace. */
  readonly patients: readonly Patient[];
  /** `imagesOf` them. */
  readonly images: KnownImages;
  /** What is remembered of an image's workloads. */
  readonly memoryOf: (repository: string) => Memory;
  readonly now: number;
};

/**
 * Which pods are to be replaced. Never one that would be made the same again; of each owner one at a time, the failing
 * ones first, and none while another of its pods has yet to show how it fares.
 */
export function replacementPlan(input: ReplacementInput): ReplacementPlan {
  const byPod = Map.groupBy(input.patients, ({ pod }) => pod);
  const wanted = oneLook([...byPod].flatMap(([pod, patients]) => wantedFor(pod, patients, input) ?? []));
  const owned = wanted.filter(({ pod }) => pod.owner !== undefined);
  const byOwner = Map.groupBy(owned, ({ pod }) => pod.owner?.uid);
  const unsettled = unsettledOwners(byPod, new Set(wanted.map(({ pod }) => pod)), input.now);
  return {
    now: [...byOwner].flatMap(([owner, replacements]) =>
      owner === undefined || unsettled.has(owner) ? [] : (inOrder(replacements)[0] ?? []),
    ),
    orphans: wanted.filter(({ pod, because }) => pod.owner === undefined && because === 'fails'),
  };
}

/** What copies for one container of an image tells of the image, and so of all its containers. */
export type KnownImages = ReadonlyMap<string, readonly ContainerPath[]>;

export function imagesOf(patients: readonly Patient[]): KnownImages {
  const seeded = patients.filter(({ pod, container }) => isSeeded(container.name, pod));
  const byImage = Map.groupBy(seeded, ({ image }) => image.repository);
  return new Map(
    [...byImage].map(([repository, all]) => {
      const own = all.flatMap(({ pod, container }) => ownDirectoriesOf(container.name, pod));
      return [repository, [...new Set(own)]];
    }),
  );
}

/** One pod of an image is enough to look at it. */
function oneLook(wanted: readonly Replacement[]): readonly Replacement[] {
  const looked = new Set<string>();
  return wanted.filter(({ because, patient: { image } }) => {
    if (because !== 'unlooked-at') return true;
    if (looked.has(image.repository)) return false;
    looked.add(image.repository);
    return true;
  });
}

function wantedFor(
  pod: ObservedPod,
  patients: readonly Patient[],
  { images, memoryOf, now }: ReplacementInput,
): Replacement | undefined {
  if (hasEnded(pod)) return undefined;
  for (const patient of patients) {
    const { repository } = patient.image;
    const because = reasonFor(patient, memoryOf(repository), images.get(repository), now);
    if (because !== undefined) return { pod, patient, because };
  }
  return undefined;
}

function reasonFor(
  patient: Patient,
  memory: Memory,
  ownOfImage: readonly ContainerPath[] | undefined,
  now: number,
): Replacement['because'] | undefined {
  const { record, match, pod } = patient;
  if (pod.runsToEnd === true && !isAtLeast(failingWithSeed(patient, now), 'once')) return undefined;
  if (record === undefined)
    return match.kind === 'harden' && isToReturn(patient, memory) ? 'returns' : undefined;
  if (!isOutdated(patient)) return undefined;
  if (isAtLeast(failingWithSeed(patient, now), 'once')) return 'fails';
  if (match.kind !== 'harden') return undefined;
  if (lacksPaths(patient, ownOfImage)) return 'lacks-paths';
  return ownOfImage === undefined && awaitsLook(patient, now) ? 'unlooked-at' : undefined;
}

/** For the webhook's replicas to know that an exemption has gone. */
const KNOWN_MS = 60_000;

/** One that was made later, and is unhardened all the same, would be made so again: admission has another reason, or is away. */
function isToReturn(patient: Patient, memory: Memory): boolean {
  const { returning, at } = memory.get(workloadKey(patient)) ?? FORGOTTEN;
  return returning === true && patient.pod.created <= at + KNOWN_MS;
}

/** Whether today's catalog has mounts that would have spared it failures that it logged, or that it may not have logged. */
function lacksPaths(patient: Patient, own: readonly ContainerPath[] = []): boolean {
  const { match, facts, evidence } = patient;
  const mounted = effectivePaths(match);
  if (readOnlyOwnDirectories(patient, own).some((path) => mountOf(path, mounted) !== undefined)) return true;
  const volumes = match.kind === 'harden' ? match.facts.volumes : [];
  const known = { ...facts, readOnlyRoot: true, failing: true, volumes };
  return pathsToAdd(evidence, { ...known, ours: oursIn(patient) }).add.length > 0;
}

/** Owners of which a pod is going, or has come and not yet shown how it fares. */
function unsettledOwners(
  byPod: ReadonlyMap<ObservedPod, readonly Patient[]>,
  wanted: ReadonlySet<ObservedPod>,
  now: number,
): ReadonlySet<string> {
  const unsettled = [...byPod].filter(
    ([pod, patients]) => pod.deleting || (!wanted.has(pod) && isComing(pod, patients, now)),
  );
  return new Set(unsettled.flatMap(([{ owner }]) => owner?.uid ?? []));
}

/** How long a new pod may take to show how it fares, before the next one is replaced all the same. */
const PATIENCE_MS = 120_000;

function isComing(pod: ObservedPod, patients: readonly Patient[], now: number): boolean {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return false;
  if (now - pod.created > PATIENCE_MS) return false;
  return !pod.ready && !patients.some(({ health }) => isSteady(health));
}

const ORDER: readonly Replacement['because'][] = ['fails', 'lacks-paths', 'returns', 'unlooked-at'];

function inOrder(replacements: readonly Replacement[]): readonly Replacement[] {
  return replacements.toSorted(
    (one, other) =>
      ORDER.indexOf(one.because) - ORDER.indexOf(other.because) ||
      Number(one.pod.ready) - Number(other.pod.ready) ||
      one.pod.created - other.pod.created,
  );
}
