import { blockedPath } from '../catalog/blocked-paths.ts';
import { type ContainerPath, isBelow, isWithin, realPath } from '../container-path.ts';
import type { ContainerFacts, PathToAdd } from './container-facts.ts';
import { parentOf } from './directory-for.ts';

/** So many directories side by side are one mount above them (KubeArmor's threshold). */
const SIBLINGS = 3;

/**
 * Fewer, higher mounts: a directory whose parent is wanted too is dropped (`chown -R` names the children first),
 * and three directories side by side, those mounted already among them, become their parent.
 */
export function collapsed(
  wanted: readonly PathToAdd[],
  facts: Pick<ContainerFacts, 'ours' | 'mounts' | 'workingDir'>,
): PathToAdd[] {
  const top = topmost(wanted);
  const crowded = top.find(
    (one) => canCollapse(parentOf(one.path), facts) && siblingsOf(one, top, facts.ours) >= SIBLINGS,
  );
  if (crowded === undefined) return top;
  const parent = { path: parentOf(crowded.path), evidence: crowded.evidence };
  return collapsed(
    top.map((one) => (isBelow(one.path, parent.path) ? parent : one)),
    facts,
  );
}

function topmost(wanted: readonly PathToAdd[]): PathToAdd[] {
  return wanted.filter(({ path }, at) =>
    wanted.every((other, place) => {
      if (realPath(other.path) === realPath(path)) return place >= at;
      return !isBelow(realPath(path), realPath(other.path));
    }),
  );
}

function siblingsOf(one: PathToAdd, wanted: readonly PathToAdd[], ours: readonly ContainerPath[]): number {
  const parent = realPath(parentOf(one.path));
  const all = [...wanted.map(({ path }) => path), ...ours].map(realPath);
  return new Set(all.filter((path) => path !== '/' && parentOf(path) === parent)).size;
}

/** Directories that many programs share, or that hold the program: only mounted where they are named themselves. */
function canCollapse(
  parent: ContainerPath,
  { workingDir, mounts }: Pick<ContainerFacts, 'mounts' | 'workingDir'>,
): boolean {
  const real = realPath(parent);
  if (SHARED.test(real) || blockedPath(real) !== undefined) return false;
  if (mounts.some((mount) => isWithin(realPath(mount), real))) return false;
  return workingDir === undefined || !isWithin(workingDir, real);
}

const SHARED =
  /^\/(?:[^/]+|var\/(?:lib|log|cache|spool|opt|www|db|local)|usr\/(?:[^/]+|local\/[^/]+|src\/[^/]+)|opt\/[^/]+)?$/;
