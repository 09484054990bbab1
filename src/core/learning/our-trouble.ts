import type { ContainerPath } from '../container-path.ts';
import type { Evidence, MountTrouble } from './evidence.ts';
import { isWithinAny } from './not-about-root.ts';

/**
 * The breakage that our volumes may have caused: what is told of paths in them. Lines that name no path count
 * where we mount anything at all; only a container that fails gives them weight.
 */
export function ourTrouble(evidence: readonly Evidence[], ours: readonly ContainerPath[]): MountTrouble[] {
  return evidence.flatMap((one) => (one.kind === 'mount-trouble' && concerns(one, ours) ? one : []));
}

function concerns({ path }: MountTrouble, ours: readonly ContainerPath[]): boolean {
  return path === undefined ? ours.length > 0 : isWithinAny(path, ours);
}
