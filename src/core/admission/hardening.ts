import type { ImageFacts, Profile } from '../catalog/profile.ts';
import { type ContainerPath, isWithin } from '../container-path.ts';
import type { Container } from '../pod/pod.ts';
import { type MountPlan, type MountPlanInput, mountPlan, realIn } from './mount-plan.ts';
import { type Told, toldOf } from './told.ts';
import type { RuntimeFacts } from './world.ts';

/** How a container is hardened. */
export type Hardening = {
  /** Most specific first; empty where the image is unknown. */
  readonly profiles: readonly Profile[];
  readonly facts: ImageFacts;
  readonly plan: MountPlan;
  readonly told: Told;
};

/** What the catalog says of an image. */
export type KnownImage = Pick<MountPlanInput, 'paths' | 'env' | 'facts'> & Pick<Hardening, 'profiles'>;

/** What a plan depends on besides the image. */
export type Circumstances = Omit<MountPlanInput, keyof KnownImage>;

export function hardeningFor(image: KnownImage, around: Circumstances): Hardening {
  const { profiles, paths, env, facts } = image;
  const plan = mountPlan({ paths, env, facts, ...around });
  return { profiles, facts, plan, told: toldOf(profiles, plan) };
}

/**
 * The same, by what was made for the image before. Where nothing that a container says of itself matters to its plan,
 * which is so for most, all containers of an image have one.
 */
export function usualHardening(image: KnownImage, around: Circumstances): Hardening {
  const usual = usualOf(image, around);
  return matters(around.container, image, usual.places) ? hardeningFor(image, around) : usual.hardening;
}

/** Those that are the same for many containers. */
type Around = Omit<Circumstances, 'container'>;

type Usual = Around & {
  readonly hardening: Hardening;
  /** The directories that the image writes to. */
  readonly places: readonly ContainerPath[];
};

/** By what the catalog says, for as long as it says so. */
const usuals = new WeakMap<KnownImage, Usual[]>();

function usualOf(image: KnownImage, { container, ...around }: Circumstances): Usual {
  const known = usuals.get(image) ?? [];
  for (const usual of known) if (isFor(usual, around)) return usual;
  const hardening = hardeningFor(image, { ...around, container: { ...container, ...NOTHING_OF_ITS_OWN } });
  const places = [...hardening.plan.mounts, ...hardening.plan.notMounted].map(({ path }) =>
    realIn(path, image.facts),
  );
  const usual = { ...around, hardening, places };
  usuals.set(image, [...known.slice(-MAX_USUALS + 1), usual]);
  return usual;
}

/** As many as there are circumstances at a time; those of facts of nodes that have changed go first. */
const MAX_USUALS = 4;

/** What is known of the nodes is put together anew for each review, and says the same. */
function isFor(usual: Usual, { runtime, dataPaths, rootForbidden }: Around): boolean {
  return (
    usual.dataPaths === dataPaths &&
    usual.rootForbidden === rootForbidden &&
    sameRuntime(usual.runtime, runtime)
  );
}

function sameRuntime(a: RuntimeFacts, b: RuntimeFacts): boolean {
  return (
    a.imageVolumePaths === b.imageVolumePaths &&
    a.emptyDirMode === b.emptyDirMode &&
    a.seedImage === b.seedImage
  );
}

const NOTHING_OF_ITS_OWN = {
  mounts: [],
  envNames: [],
  executable: undefined,
  workingDir: undefined,
} as const;

/** Whether a mount holds a place, a volume at a place could hide what the container runs, or a variable is set. */
function matters(
  container: Container,
  { env, facts }: KnownImage,
  places: readonly ContainerPath[],
): boolean {
  const { mounts, executable, workingDir, envNames } = container;
  for (const { name } of env) if (envNames.includes(name)) return true;
  for (const mount of mounts) {
    const at = realIn(mount.path, facts);
    for (const place of places) if (isWithin(place, at)) return true;
  }
  return isBelowAny(executable, facts, places) || isBelowAny(workingDir, facts, places);
}

function isBelowAny(
  path: ContainerPath | undefined,
  facts: ImageFacts,
  places: readonly ContainerPath[],
): boolean {
  if (path === undefined) return false;
  const at = realIn(path, facts);
  return places.some((place) => isWithin(at, place));
}
