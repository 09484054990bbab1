import type { ContainerPath } from '../container-path.ts';
import type { PathlessEvidence, WriteEvidence } from './evidence.ts';

/** What is known of the container that evidence is about. */
export type ContainerFacts = {
  /** Whether it ran with a read-only root: else nothing that failed is about it. */
  readonly readOnlyRoot: boolean;
  /** Whether it fails (a crash loop, a failed Job): only then are inferred paths added. */
  readonly failing: boolean;
  /** Where the pod's own volumes are mounted. */
  readonly mounts: readonly ContainerPath[];
  /** Where Rootlock mounts volumes already, or its profile says so. */
  readonly ours: readonly ContainerPath[];
  /** Image VOLUMEs that the runtime makes writable. */
  readonly volumes?: readonly ContainerPath[];
  readonly workingDir?: ContainerPath;
};

/** A directory to mount, and why. */
export type PathToAdd = { readonly path: ContainerPath; readonly evidence: WriteEvidence | PathlessEvidence };
