import type { ImageReference } from '../image/reference.ts';
import type { CatalogMatch } from './merge.ts';

/** A match, and the times in which it holds: from `since` on, until before `until` (milliseconds since the epoch). */
export type TimedMatch = { readonly match: CatalogMatch; readonly since: number; readonly until: number };

/** Matches by repository, tag and digest: Maps in Maps, so that a hit builds no key. */
export type Shelf = {
  readonly recall: (image: ImageReference, now: number) => CatalogMatch | undefined;
  readonly remember: (image: ImageReference, timed: TimedMatch) => void;
};

/**
 * Shelves that together hold at most so many matches. When that is reached all are emptied: what is asked for
 * often is back at once, and a flood of made-up images costs memory only for a while.
 */
export function createMemo(limit: number): { readonly shelf: () => Shelf } {
  const filled = new Set<Map<string, unknown>>();
  let size = 0;
  const makeRoom = (): void => {
    if (size < limit) return;
    for (const repositories of filled) repositories.clear();
    filled.clear();
    size = 0;
  };
  const shelf = (): Shelf => {
    const repositories = new Map<string, Map<string, Map<string, TimedMatch>>>();
    return {
      recall: ({ repository, tag = '', digest = '' }, now) => {
        const timed = repositories.get(repository)?.get(tag)?.get(digest);
        return timed !== undefined && timed.since <= now && now < timed.until ? timed.match : undefined;
      },
      remember: ({ repository, tag = '', digest = '' }, timed) => {
        makeRoom();
        const tags = repositories.get(repository) ?? new Map<string, Map<string, TimedMatch>>();
        const digests = tags.get(tag) ?? new Map<string, TimedMatch>();
        if (!digests.has(digest)) size += 1;
        repositories.set(repository, tags.set(tag, digests.set(digest, timed)));
        filled.add(repositories);
      },
    };
  };
  return { shelf };
}
