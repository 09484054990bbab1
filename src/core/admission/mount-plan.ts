import type { MatchedPath } from '../catalog/lookup.ts';
import type { ImageFacts, Profile, ProfileEnv } from '../catalog/profile.ts';
import type { ContainerPath } from '../container-path.ts';
import type { Container } from '../pod/pod.ts';
import type { RuntimeFacts } from './world.ts';

/** What one container is given, and why each other path of its profile is not mounted. */
export type MountPlan = {
  readonly mounts: readonly PlannedMount[];
  readonly notMounted: readonly PathNotMounted[];
  /** The profile's variables that the container does not set itself. */
  readonly env: readonly ProfileEnv[];
};

export type PlannedMount = {
  /** As the profile spells it. */
  readonly path: ContainerPath;
  readonly medium: '' | 'Memory';
  readonly sizeLimit?: string;
  /** How the image's files get into the volume first. */
  readonly seed: 'none' | 'image-volume' | 'own-image';
  readonly class: 'Scratch' | 'Data';
  readonly sticky: boolean;
  readonly because: string;
  /** Absent for the generic scratch paths and for paths of a pod annotation. */
  readonly from?: Profile;
};

export type PathNotMounted = {
  readonly path: ContainerPath;
  readonly reason: NotMountedReason;
  readonly because: string;
};

/** Whether the container can be hardened without this mount. */
export const NOT_MOUNTED = {
  'already-mounted': { hardens: true, text: 'the pod mounts a writable volume there' },
  'within-mount': { hardens: true, text: 'it lies in a writable volume of the pod' },
  'read-only-mount': { hardens: true, text: 'the pod mounts a read-only volume there' },
  'within-read-only-mount': {
    hardens: true,
    text: 'it lies in a read-only volume of the pod, where nothing can be mounted',
  },
  'within-planned-mount': { hardens: true, text: 'it lies in another path that is mounted' },
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
  readonly paths: readonly (Omit<MatchedPath, 'from'> & { readonly from?: Profile })[];
  readonly env: readonly ProfileEnv[];
  readonly facts: ImageFacts;
  readonly runtime: RuntimeFacts;
  readonly dataPaths: 'mount' | 'ask';
};
