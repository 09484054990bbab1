import type { Cache } from './cache.ts';

/** The objects of a cache by something else than their key: pods by namespace. */
export type Index<T> = {
  readonly get: (group: string) => ReadonlySet<T>;
  readonly groups: () => Iterable<string>;
};

const NONE: ReadonlySet<never> = new Set();

/** Kept in step with the cache from now on, which must be empty yet. */
export function indexBy<T>(
  cache: Pick<Cache<T>, 'subscribe'>,
  groupsOf: (value: T) => Iterable<string>,
): Index<T> {
  const groups = new Map<string, Set<T>>();
  cache.subscribe(({ before, after }) => {
    if (before !== undefined) {
      for (const group of groupsOf(before)) {
        const members = groups.get(group);
        members?.delete(before);
        if (members?.size === 0) groups.delete(group);
      }
    }
    if (after === undefined) return;
    for (const group of groupsOf(after)) {
      const members = groups.get(group);
      if (members === undefined) groups.set(group, new Set([after]));
      else members.add(after);
    }
  });
  return { get: (group) => groups.get(group) ?? NONE, groups: () => groups.keys() };
}
