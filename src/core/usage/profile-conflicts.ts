import type { Profile, ProfilePath } from '../catalog/profile.ts';
import { parseRepositoryPattern } from '../catalog/repository-pattern.ts';

/**
 * What profiles have to share to be for the very same images with the same right: then only their names decide between
 * them, which nobody can have meant. Undefined for one that matches nothing.
 */
export function rivalryOf({ namespace, source, image }: Profile): string | undefined {
  const parsed = parseRepositoryPattern(image.repository);
  if (parsed.kind === 'malformed') return undefined;
  const { pattern } = parsed.pattern;
  return JSON.stringify([namespace, source, pattern, image.tags, image.digests.toSorted()]);
}

export type Conflict = { readonly with: Profile; readonly about: string };

/** Where profiles of one rivalry contradict each other; two that add to each other do not. */
export function conflictsOf(profile: Profile, rivals: readonly Profile[]): readonly Conflict[] {
  return rivals
    .filter(({ name }) => name !== profile.name)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((rival) => {
      const about = contradiction(profile, rival);
      return about === undefined ? [] : [{ with: rival, about }];
    });
}

function contradiction(one: Profile, other: Profile): string | undefined {
  if (one.action !== other.action) return `action ${one.action} or ${other.action}`;
  if (one.action === 'Exempt') return undefined;
  if (one.strategy === 'Replace' || other.strategy === 'Replace') return 'strategy Replace';
  const path = one.paths.find((each) => other.paths.some((rival) => differs(each, rival)));
  if (path !== undefined) return `the attributes of ${path.path}`;
  const variable = one.env.find((each) =>
    other.env.some(({ name, value }) => name === each.name && value !== each.value),
  );
  return variable && `the value of ${variable.name}`;
}

function differs(one: ProfilePath, other: ProfilePath): boolean {
  if (one.path !== other.path) return false;
  return (
    one.medium !== other.medium ||
    one.sizeLimit !== other.sizeLimit ||
    one.content !== other.content ||
    one.class !== other.class
  );
}
