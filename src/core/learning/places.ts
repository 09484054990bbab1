import { blockedPath } from '../catalog/blocked-paths.ts';
import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import type { Place } from './erofs-patterns.ts';

export type PlaceFacts = {
  readonly workingDir?: ContainerPath;
  readonly env?: Readonly<Record<string, string>>;
};

/** Where programs write that do not say where, likeliest first. */
export const USUAL_PLACES: readonly Place[] = ['$TMPDIR', 'workingDir', '$HOME'];

/** The directories that places stand for in one container; those that cannot be mounted are left out. */
export function places(wanted: readonly Place[], { workingDir, env = {} }: PlaceFacts): ContainerPath[] {
  const directoryOf = (place: Place): string => {
    if (place === 'workingDir') return workingDir ?? '';
    if (place === '$TMPDIR') return env.TMPDIR || '/tmp';
    return place.startsWith('$') ? (env[place.slice(1)] ?? '') : place;
  };
  const found = wanted.flatMap((place) => parseContainerPath(directoryOf(place)) ?? []);
  return [...new Set(found)].filter((path) => blockedPath(path) === undefined);
}
