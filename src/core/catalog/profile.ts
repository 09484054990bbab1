import type { ContainerPath } from '../container-path.ts';

/** Who wrote a profile: the label `rootlock.dev/source`, or a person where it is absent. */
export type ProfileSource = 'person' | 'learned' | 'builtin';

/** One catalog entry as the API has it: a `ClusterWritablePathProfile`, or a `WritablePathProfile` of a namespace. */
export type Profile = {
  readonly name: string;
  /** Set for a `WritablePathProfile`: always from metadata.namespace, never from content. */
  readonly namespace?: string;
  readonly generation: number;
  readonly source: ProfileSource;
  readonly image: ImageSelector;
  readonly action: 'Harden' | 'Exempt';
  /** Why an image is exempt; required for `Exempt`. */
  readonly reason: string;
  /** Milliseconds since the epoch; from then on the profile no longer counts. */
  readonly expires?: number;
  readonly strategy: 'Merge' | 'Replace';
  readonly paths: readonly ProfilePath[];
  readonly env: readonly ProfileEnv[];
  readonly facts: StatedFacts;
};

/**
 * Which images a profile is for: those of the repository that have one of the tags or one of the digests;
 * all of them where it names neither tags nor digests.
 */
export type ImageSelector = {
  /** As written; `*` matches within a path segment, a segment `**` any number of segments. */
  readonly repository: string;
  /** A semver range or a glob. */
  readonly tags?: string;
  readonly digests: readonly string[];
};

export type ProfilePath = {
  readonly path: ContainerPath;
  readonly medium: '' | 'Memory';
  /** A Kubernetes quantity: beyond it the pod is evicted. */
  readonly sizeLimit?: string;
  /** `Copy`: the image has files there that have to be copied in before the container starts. */
  readonly content: 'Empty' | 'Copy';
  /** `Data`: users' data, lost with the pod unless it is on a PersistentVolumeClaim. */
  readonly class: 'Scratch' | 'Data';
  readonly description: string;
};

/** A write that is moved, not mounted (`HOME`, `TMPDIR`); never overrides a value the pod sets. */
export type ProfileEnv = { readonly name: string; readonly value: string };

/** What is known of the image itself (`spec.facts`). */
export type ImageFacts = {
  /** The image's VOLUME paths: containerd mounts a writable copy there even when the root is read-only. */
  readonly volumes: readonly ContainerPath[];
  /** False where the image has no `sh` and `cp` (distroless): content cannot be copied with its own tools. */
  readonly shell: boolean;
  /** True where /var/run or /var/lock are directories of their own instead of links to /run and /run/lock. */
  readonly separateVarRun: boolean;
};

/** What one profile says of the image: a fact that it leaves out may come from a less specific profile. */
export type StatedFacts = Partial<ImageFacts>;

/** What is wrong with a profile: the field (`spec.paths[2].path`) and a sentence that says what to do. */
export type ProfileProblem = { readonly field: string; readonly message: string };

export type ReadProfile =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'malformed'; readonly name: string; readonly problems: readonly ProfileProblem[] };
