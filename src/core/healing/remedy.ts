import type { CatalogMatch } from '../catalog/lookup.ts';
import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, isBelow, isWithin, realPath } from '../container-path.ts';
import type { PathlessEvidence, WriteEvidence } from '../learning/evidence.ts';
import { MOST_PATHS } from '../learning/paths-to-add.ts';
import { isScratch, mayBeEmpty } from './content.ts';
import { allPaths, type LearnedProfile } from './learned-profile.ts';

/** One change of a learned profile. */
export type Remedy =
  /** Another mount; in place of ours below it. */
  | {
      readonly kind: 'mount';
      readonly mount: ProfilePath;
      /** Absent where no line names it. */
      readonly evidence?: WriteEvidence | PathlessEvidence;
    }
  /** The image's content is needed in a mount that was empty. */
  | { readonly kind: 'copy'; readonly path: ContainerPath }
  /** The directory above is mounted in its place, with its content. */
  | { readonly kind: 'widen'; readonly from: ContainerPath; readonly to: ProfilePath }
  /** The image cannot copy for itself. */
  | { readonly kind: 'no-shell' }
  /** The image's content at a mount of ours could not be copied. */
  | { readonly kind: 'uncopyable'; readonly path: ContainerPath };

/** The generic scratch set of `unknown-images: scratch`: an image that becomes known by a learned profile keeps it. */
const SCRATCH_SET: readonly ProfilePath[] = [
  scratch('/tmp', 'temporary files'),
  scratch('/var/tmp', 'temporary files that outlive a restart'),
  scratch('/run', 'process ids and sockets'),
];

function scratch(path: string, description: string): ProfilePath {
  // The three paths above are clean.
  return { path: path as ContainerPath, medium: '', content: 'Empty', class: 'Scratch', description };
}

/** Whether a profile has a remedy already. */
export function isDone(remedy: Remedy, learned: LearnedProfile): boolean {
  const listed = allPaths(learned);
  const has = (path: ContainerPath) => listed.some((each) => isWithin(realPath(path), realPath(each.path)));
  switch (remedy.kind) {
    case 'mount':
      return has(remedy.mount.path);
    case 'copy':
      return listed.some(({ path, content }) => same(path, remedy.path) && content === 'Copy');
    case 'widen':
      return listed.some(({ path }) => same(path, remedy.to.path));
    case 'no-shell':
      return !learned.shell;
    case 'uncopyable':
      return learned.uncopyable.includes(remedy.path);
  }
}

/** Whether it needs content where copying has failed before. */
export function isHopeless(remedy: Remedy, { uncopyable }: LearnedProfile): boolean {
  const needs = contentNeeded(remedy);
  return needs !== undefined && uncopyable.some((path) => isWithin(realPath(path), realPath(needs)));
}

function contentNeeded(remedy: Remedy): ContainerPath | undefined {
  switch (remedy.kind) {
    case 'mount':
      return remedy.mount.content === 'Copy' ? remedy.mount.path : undefined;
    case 'copy':
      return remedy.path;
    case 'widen':
      return remedy.to.path;
    case 'no-shell':
    case 'uncopyable':
      return undefined;
  }
}

/** What a container of an image is given as the catalog has it now. */
export function effectivePaths(match: CatalogMatch): readonly ProfilePath[] {
  switch (match.kind) {
    case 'harden':
      return match.paths;
    case 'unknown':
      return SCRATCH_SET;
    case 'exempt':
      return [];
  }
}

/** The innermost mount that a path lies in. */
export function mountOf(path: ContainerPath, mounts: readonly ProfilePath[]): ProfilePath | undefined {
  return mounts
    .filter((mount) => isWithin(realPath(path), realPath(mount.path)))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}

/** The profile with the remedies in it; the same value where they change nothing. */
export function treated(
  learned: LearnedProfile,
  remedies: readonly Remedy[],
  match: CatalogMatch,
): LearnedProfile {
  const effective = effectivePaths(match);
  const after = remedies.reduce(
    (now, remedy) => applied(now, remedy, effective),
    startingFrom(learned, match),
  );
  return { ...after, paths: sorted(withRunCopied(after)) };
}

/**
 * Where the image copies for one mount, it copies for /run as well: that costs nothing more, and programs miss the
 * directories that it ships there, some of them without a word.
 */
function withRunCopied({ paths, shell, uncopyable }: LearnedProfile): readonly ProfilePath[] {
  if (!shell || !paths.some(({ content }) => content === 'Copy')) return paths;
  return paths.map((each) =>
    realPath(each.path) === RUN && !uncopyable.some((path) => same(path, each.path))
      ? { ...each, content: 'Copy' }
      : each,
  );
}

const RUN = '/run' as ContainerPath;

/** A profile makes its image a known one, which is given the generic scratch set no more: so it has that itself. */
export function startingFrom(learned: LearnedProfile, match: CatalogMatch): LearnedProfile {
  if (match.kind !== 'unknown') return learned;
  const missing = SCRATCH_SET.filter(({ path }) => !allPaths(learned).some((each) => same(each.path, path)));
  return missing.length === 0 ? learned : { ...learned, paths: sorted([...learned.paths, ...missing]) };
}

function applied(learned: LearnedProfile, remedy: Remedy, effective: readonly ProfilePath[]): LearnedProfile {
  switch (remedy.kind) {
    case 'mount':
      return withMount(learned, remedy.mount);
    case 'copy': {
      const known = [...learned.paths, ...effective].find(({ path }) => same(path, remedy.path));
      return known === undefined ? learned : replaced(learned, { ...known, content: 'Copy' });
    }
    case 'widen': {
      const paths = learned.paths.filter(({ path }) => !same(path, remedy.from));
      return withMount({ ...learned, paths }, remedy.to);
    }
    case 'uncopyable':
      return {
        ...learned,
        paths: learned.paths.flatMap((each) => (same(each.path, remedy.path) ? withoutContent(each) : each)),
        uncopyable: [...learned.uncopyable, remedy.path],
      };
    case 'no-shell':
      return {
        ...learned,
        shell: false,
        paths: learned.paths.map(withoutCopy).filter((path) => path.content === 'Empty' || !isGuess(path)),
      };
  }
}

/** The parent serves for its children, and holds data where one of them does. */
function withMount(learned: LearnedProfile, mount: ProfilePath): LearnedProfile {
  const children = learned.paths.filter(({ path }) => isBelow(realPath(path), realPath(mount.path)));
  const data = children.some((child) => child.class === 'Data');
  const paths = learned.paths.filter((path) => !children.includes(path));
  const parent: ProfilePath = data ? { ...mount, class: 'Data' } : mount;
  return replaced({ ...learned, paths }, learned.shell ? parent : withoutCopy(parent));
}

/** What a person wrote of a path stays as it is, and what is beyond the limit is left out. */
function replaced(learned: LearnedProfile, mount: ProfilePath): LearnedProfile {
  if (learned.others.some(({ path }) => same(path, mount.path))) return learned;
  const others = learned.paths.filter(({ path }) => !same(path, mount.path));
  if (others.length + learned.others.length >= MOST_PATHS) return learned;
  return { ...learned, paths: [...others, profilePath(mount)] };
}

/** A path of a match has more fields than one of a profile. */
function profilePath(mount: ProfilePath): ProfilePath {
  const { path, medium, sizeLimit, content, class: dataClass, description } = mount;
  return {
    path,
    medium,
    ...(sizeLimit !== undefined && { sizeLimit }),
    content,
    class: dataClass,
    description,
  };
}

/** By this description a guess is known again: it is taken back where it does not help. */
export const GUESSED = 'tried, since it failed without a line that names a path';

export function isGuess({ description }: Pick<ProfilePath, 'description'>): boolean {
  return description === GUESSED;
}

/** Empty again where it was at first; elsewhere no mount at all, since it would hide what was not copied. */
function withoutContent(path: ProfilePath): readonly ProfilePath[] {
  return isScratch(path.path) ? [{ ...path, content: 'Empty' }] : [];
}

function withoutCopy(path: ProfilePath): ProfilePath {
  return path.content === 'Copy' && mayBeEmpty(path) ? { ...path, content: 'Empty' } : path;
}

function sorted(paths: readonly ProfilePath[]): readonly ProfilePath[] {
  return paths.toSorted(({ path: one }, { path: other }) => (one < other ? -1 : one > other ? 1 : 0));
}

function same(one: ContainerPath, other: ContainerPath): boolean {
  return realPath(one) === realPath(other);
}
