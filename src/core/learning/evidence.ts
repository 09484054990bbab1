import type { ContainerPath } from '../container-path.ts';

/**
 * How much a line is worth. `named`: it says EROFS and which path. `inferred`: it says one of the two, or
 * neither outright: to be used only when the container fails and nothing better is there.
 */
export type Strength = 'named' | 'inferred';

/** What the program was doing to the path, where the line tells. */
export type FailingCall = 'make-directory' | 'use-directory' | 'write-file' | 'change-attributes' | 'unknown';

/** Where an observation comes from. */
export type Sighting = {
  /** The name of the pattern row that found it. */
  readonly shape: string;
  /** The log line, cut to at most 256 characters around what matched. */
  readonly line: string;
};

/** A path on the root file system that could not be written. */
export type WriteEvidence = Sighting & {
  readonly kind: 'write';
  /** The path as named, made absolute and clean. */
  readonly path: ContainerPath;
  /** The directory to mount so that the write works. */
  readonly directory: ContainerPath;
  readonly call: FailingCall;
  readonly strength: Strength;
};

/** A file directly below `/`: no mount can help, a setting can. */
export type RootLevelFile = Sighting & {
  readonly kind: 'root-level-file';
  readonly path: ContainerPath;
  readonly strength: Strength;
  readonly advice: string;
};

/** A write that failed with EROFS in a line that does not say where: the likely places, likeliest first. */
export type PathlessEvidence = Sighting & {
  readonly kind: 'pathless';
  readonly candidates: readonly ContainerPath[];
  /** Set where the line names a relative path and no working directory is known. */
  readonly relative?: string;
};

/** Breakage that a mounted emptyDir can cause: the wrong cure, to be taken back. */
export type MountTrouble = Sighting & {
  readonly kind: 'mount-trouble';
  readonly cause: TroubleCause;
  readonly path?: ContainerPath;
};

export const TROUBLE_CAUSES = {
  'stale-file': 'a file of the run before is still there: an emptyDir outlives a container restart',
  'refused-mode': 'the program minds the owner or the mode of the volume',
  'hidden-content': 'the volume hides files that the image ships',
  'cross-mount': 'a rename or removal crosses or hits a mount point',
  'file-wanted': 'the program wants a file where the volume is mounted: mount the directory it lies in',
} as const satisfies Record<string, string>;

export type TroubleCause = keyof typeof TROUBLE_CAUSES;

/** A failed write that is not about the root file system: no entry may come of it. */
export type NotAboutRoot = Sighting & {
  readonly kind: 'not-about-root';
  readonly path: ContainerPath;
  readonly because: 'kernel-file-system' | 'declared-mount';
};

/** One observation read from a container's log. */
export type Evidence = WriteEvidence | RootLevelFile | PathlessEvidence | MountTrouble | NotAboutRoot;
