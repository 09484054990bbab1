import type { Profile, ProfilePath } from '../catalog/profile.ts';
import { parseRepositoryPattern } from '../catalog/repository-pattern.ts';
import { type ContainerPath, isWithin, realPath } from '../container-path.ts';

/** The built-in profiles of programs, by the last part of their repositories: `nginx`. */
export type Programs = ReadonlyMap<string, readonly Profile[]>;

export function programsOf(builtin: readonly Profile[]): Programs {
  const named = builtin.filter(
    ({ action, image }) => action === 'Harden' && exactRepository(image.repository),
  );
  return Map.groupBy(named, ({ image }) => lastPart(image.repository));
}

function exactRepository(text: string): boolean {
  const parsed = parseRepositoryPattern(text);
  return parsed.kind === 'pattern' && parsed.pattern.exact;
}

export function lastPart(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}

/**
 * What the same program writes to under its usual name: for `registry.example.com/mirror/nginx` the paths of the
 * built-in profile of nginx, where what the log named fits one of them. Where it named nothing, all that is known is
 * the name: then only if that leaves one choice, or one of them is the program's official image.
 */
export function sameProgram(
  repository: string,
  named: readonly ContainerPath[],
  programs: Programs,
): Profile | undefined {
  const candidates = programs.get(lastPart(repository)) ?? [];
  if (named.length === 0) {
    const official = candidates.find(({ image }) => image.repository === lastPart(image.repository));
    return official ?? (candidates.length === 1 ? candidates[0] : undefined);
  }
  const fitting = candidates.map((profile) => ({
    profile,
    fits: named.filter((path) => fits(path, profile)).length,
  }));
  const [best] = fitting.filter(({ fits }) => fits > 0).toSorted((one, other) => other.fits - one.fits);
  return best?.profile;
}

function fits(path: ContainerPath, { paths }: { readonly paths: readonly ProfilePath[] }): boolean {
  return paths.some((each) => isWithin(realPath(path), realPath(each.path)));
}
