import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, isWithin, parseContainerPath, realPath } from '../container-path.ts';
import type { PathlessEvidence, WriteEvidence } from '../learning/evidence.ts';

type Content = ProfilePath['content'];

/**
 * What a learned mount has to begin with. Nobody knows what the image ships there, so it is copied, but where
 * nothing is shipped: in directories for temporary files, and where the log itself proves that nothing is there.
 */
export function contentOf(path: ContainerPath, evidence?: WriteEvidence | PathlessEvidence): Content {
  if (isWithinAny(path, SCRATCH)) return 'Empty';
  return evidence !== undefined && provesAbsence(path, evidence) ? 'Empty' : 'Copy';
}

/** mkdir(2) of what is there fails with EEXIST before it looks whether the file system is read-only. */
function provesAbsence(path: ContainerPath, evidence: WriteEvidence | PathlessEvidence): boolean {
  if (evidence.kind !== 'write' || evidence.strength !== 'named') return false;
  return evidence.call === 'make-directory' && evidence.path === path;
}

/** Where an image that cannot copy may do without: what programs make anew by themselves. */
export function mayBeEmpty({ path, class: dataClass }: Pick<ProfilePath, 'path' | 'class'>): boolean {
  if (isWithinAny(path, SCRATCH) || isWithinAny(path, REMADE)) return true;
  return dataClass === 'Scratch' && /\/(?:te?mp|\.?cache|logs?)$/.test(path);
}

export function isScratch(path: ContainerPath): boolean {
  return isWithinAny(path, SCRATCH);
}

const SCRATCH = paths('/tmp', '/var/tmp', '/run');
const REMADE = paths('/var/cache', '/var/log');

function isWithinAny(path: ContainerPath, tops: readonly ContainerPath[]): boolean {
  return tops.some((top) => isWithin(realPath(path), top));
}

function paths(...texts: readonly string[]): readonly ContainerPath[] {
  return texts.flatMap((text) => parseContainerPath(text) ?? []);
}
