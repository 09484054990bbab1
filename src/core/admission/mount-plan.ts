import { blockedPath } from '../catalog/blocked-paths.ts';
import type { MatchedPath } from '../catalog/lookup.ts';
import type { ImageFacts, Profile, ProfileEnv } from '../catalog/profile.ts';
import { type ContainerPath, isBelow, isWithin, realPath } from '../container-path.ts';
import type { Container, Mount } from '../pod/pod.ts';
import { type SeedWay, seedWay } from './seed.ts';
import type { RuntimeFacts } from './world.ts';

/** What one container is given, and why each other path of its profile is not mounted. */
export type MountPlan = {
  readonly mounts: readonly PlannedMount[];
  readonly notMounted: readonly PathNotMounted[];
  /** The profile's variables that the container does not set itself. */
  readonly env: readonly ProfileEnv[];
};

/** A path that a container has to write: of a profile, of the generic scratch set, or of a pod annotation. */
export type WantedPath = Omit<MatchedPath, 'from'> & { readonly from?: Profile };

export type PlannedMount = WantedPath & {
  /** How the image's files get into the volume first. */
  readonly seed: 'none' | SeedWay;
  /** Whether the volume's mode is asked to be 01777, as a /tmp has to be. */
  readonly sticky: boolean;
};

export type PathNotMounted = {
  readonly path: ContainerPath;
  readonly class: WantedPath['class'];
  readonly reason: NotMountedReason;
  /** The volume of the pod that covers the path, where one does. */
  readonly volume?: string;
  /** What a person can do about it, where there is something. */
  readonly advice?: string;
};

/** `hardens`: whether the container can be hardened without this mount. */
export const NOT_MOUNTED = {
  'already-mounted': { hardens: true, text: 'the pod mounts a writable volume there' },
  'within-mount': { hardens: true, text: 'it lies in a writable volume of the pod' },
  'read-only-mount': { hardens: true, text: 'the pod mounts a read-only volume there' },
  'within-read-only-mount': {
    hardens: true,
    text: 'it lies in a read-only volume of the pod, where nothing can be mounted',
  },
  'within-wanted-path': { hardens: true, text: 'it lies in another path of the list' },
  'runtime-writable': { hardens: true, text: 'the container runtime provides it' },
  'image-volume': { hardens: true, text: 'the container runtime mounts a writable copy of this VOLUME' },
  blocked: { hardens: false, text: 'a volume there would hide what the container runs' },
  'no-way-to-copy': {
    hardens: false,
    text: "an empty volume would hide the image's files, and they cannot be copied",
  },
  'needs-approval': {
    hardens: false,
    text: "it holds users' data, and the namespace asks for a person's approval",
  },
} as const satisfies Record<string, { hardens: boolean; text: string }>;

export type NotMountedReason = keyof typeof NOT_MOUNTED;

export type MountPlanInput = {
  readonly container: Container;
  readonly paths: readonly WantedPath[];
  readonly env: readonly ProfileEnv[];
  readonly facts: ImageFacts;
  readonly runtime: RuntimeFacts;
  readonly dataPaths: 'mount' | 'ask';
  /** See `rootForbidden`: a helper image could not keep the owners of the files it copies. */
  readonly rootForbidden: boolean;
};

/** Decides each path by the first line of the table that speaks of it (DESIGN, section 4). */
export function mountPlan(input: MountPlanInput): MountPlan {
  const wishes = onceEach(input);
  const existing = input.container.mounts.map((mount) => ({ mount, at: realIn(mount.path, input.facts) }));
  const mounts: PlannedMount[] = [];
  const notMounted: PathNotMounted[] = [];
  for (const wish of wishes) {
    const { path } = wish;
    const obstacle =
      existingMount(wish, existing) ??
      wantedParent(wish, wishes) ??
      providedByRuntime(wish, input) ??
      blocked(wish, input) ??
      waitsForApproval(path, input);
    const seed = obstacle ? 'none' : seedFor(path, input);
    if (obstacle) notMounted.push({ path: path.path, class: path.class, ...obstacle });
    else if (seed === 'none-possible')
      notMounted.push({ path: path.path, class: path.class, reason: 'no-way-to-copy', advice: COPY_ADVICE });
    else mounts.push({ ...path, seed, sticky: isSticky(path, input) });
  }
  return {
    mounts,
    notMounted,
    env: input.env.filter(({ name }) => !input.container.envNames.includes(name)),
  };
}

type Obstacle = Omit<PathNotMounted, 'path' | 'class'>;

const COPY_ADVICE =
  'use a cluster with image volumes and set a seed image, or mount a volume with the files there yourself';

/** VOLUME paths nobody listed: on a runtime that leaves them read-only they have to be mounted, with their content. */
function undeclaredVolumes({ facts, runtime }: MountPlanInput): readonly WantedPath[] {
  if (runtime.imageVolumePaths !== 'read-only') return [];
  return facts.volumes.map((path) => ({
    path,
    medium: '',
    content: 'Copy',
    class: 'Data',
    description: "a VOLUME of the image, which the nodes' runtime leaves read-only",
  }));
}

/** A path, and the directory that it names. */
type Wish = { readonly path: WantedPath; readonly at: ContainerPath };

/** Two wishes for one directory are one mount; the first has its attributes. */
function onceEach(input: MountPlanInput): readonly Wish[] {
  const wishes: Wish[] = [];
  const add = (path: WantedPath) => {
    const at = realIn(path.path, input.facts);
    if (!wishes.some((wish) => wish.at === at)) wishes.push({ path, at });
  };
  input.paths.forEach(add);
  undeclaredVolumes(input).forEach(add);
  return wishes;
}

type ExistingMount = { readonly mount: Mount; readonly at: ContainerPath };

/** The pod's own mounts win: the innermost one that holds the path decides. */
function existingMount({ path, at }: Wish, existing: readonly ExistingMount[]): Obstacle | undefined {
  let innermost: ExistingMount | undefined;
  for (const each of existing) {
    if (each.mount.device ? each.at !== at : !isWithin(at, each.at)) continue;
    if (innermost === undefined || isWithin(each.at, innermost.at)) innermost = each;
  }
  if (innermost === undefined) return undefined;
  const there = innermost.at === at;
  const { readOnly, volume } = innermost.mount;
  if (!readOnly) return { reason: there ? 'already-mounted' : 'within-mount', volume };
  const advice = `mount a writable volume at ${path.path} in the pod, or move what the container writes there`;
  return { reason: there ? 'read-only-mount' : 'within-read-only-mount', volume, advice };
}

/** A child needs no mount of its own where the nearest wanted path above it is of the same kind. */
function wantedParent(child: Wish, wishes: readonly Wish[]): Obstacle | undefined {
  let nearest: Wish | undefined;
  for (const wish of wishes) {
    if (isBelow(child.at, wish.at) && (nearest === undefined || isBelow(wish.at, nearest.at))) nearest = wish;
  }
  return nearest && sameVolume(nearest.path, child.path) ? { reason: 'within-wanted-path' } : undefined;
}

function sameVolume(a: WantedPath, b: WantedPath): boolean {
  return (
    a.medium === b.medium && a.content === b.content && a.class === b.class && a.sizeLimit === b.sizeLimit
  );
}

const DEV_SHM = '/dev/shm' as ContainerPath;

function providedByRuntime({ path, at }: Wish, { facts, runtime }: MountPlanInput): Obstacle | undefined {
  if (isWithin(path.path, DEV_SHM)) return { reason: 'runtime-writable' };
  if (runtime.imageVolumePaths !== 'copied') return undefined;
  const within = facts.volumes.some((volume) => isWithin(at, realIn(volume, facts)));
  return within ? { reason: 'image-volume' } : undefined;
}

/** Nothing may hide the system, the program that the container starts, or the directory it starts in. */
function blocked({ path, at }: Wish, input: MountPlanInput): Obstacle | undefined {
  const advice = blockedPath(path.path);
  if (advice !== undefined) return { reason: 'blocked', advice };
  if (path.content === 'Copy') return undefined;
  const { executable, workingDir } = input.container;
  if (executable && hides(at, executable, input)) {
    return {
      reason: 'blocked',
      advice: `the container runs ${executable}, which a volume at ${path.path} would hide`,
    };
  }
  if (workingDir && realIn(workingDir, input.facts) !== at && hides(at, workingDir, input)) {
    return {
      reason: 'blocked',
      advice: `the container works in ${workingDir}, which a volume at ${path.path} would hide`,
    };
  }
  return undefined;
}

/** Whether a volume at `at` would hide what lies at `path`: not where a mount of the pod between the two holds it. */
function hides(at: ContainerPath, path: ContainerPath, { container, facts }: MountPlanInput): boolean {
  const hidden = realIn(path, facts);
  if (!isWithin(hidden, at)) return false;
  return !container.mounts.some((mount) => {
    const between = realIn(mount.path, facts);
    return isWithin(between, at) && isWithin(hidden, between);
  });
}

/** What people wrote, and what a learned profile lists, has been approved. */
function waitsForApproval(path: WantedPath, { dataPaths }: MountPlanInput): Obstacle | undefined {
  if (dataPaths === 'mount' || path.class !== 'Data') return undefined;
  if (path.from !== undefined && path.from.source !== 'builtin') return undefined;
  const advice = `mount a PersistentVolumeClaim at ${path.path}, or list the path in a WritablePathProfile of the namespace`;
  return { reason: 'needs-approval', advice };
}

function seedFor({ content }: WantedPath, input: MountPlanInput): PlannedMount['seed'] | 'none-possible' {
  return content === 'Empty' ? 'none' : (seedWay(input) ?? 'none-possible');
}

/** An emptyDir is 0777 without the sticky bit; Ruby and others refuse such a /tmp (kubernetes#110835). */
function isSticky({ path, medium }: WantedPath, { runtime }: MountPlanInput): boolean {
  return runtime.emptyDirMode && medium === '' && (path === '/tmp' || path === '/var/tmp');
}

/** The directory that a path names in an image. */
export function realIn(path: ContainerPath, facts: ImageFacts): ContainerPath {
  return facts.separateVarRun ? path : realPath(path);
}
