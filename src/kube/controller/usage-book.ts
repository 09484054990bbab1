import type { PodUsage } from '../../core/usage/pod-usage.ts';
import type { Change } from './cache.ts';
import { type Index, indexBy } from './index-by.ts';

/** The usage of every pod that somebody looks at, as it was last judged: made anew by each leader. */
export type UsageBook = {
  readonly get: (podKey: string) => PodUsage | undefined;
  readonly set: (podKey: string, usage: PodUsage | undefined) => void;
  /** The pods for which a profile counts, by the profile's key. */
  readonly byProfile: Index<PodUsage>;
  readonly byNamespace: Index<PodUsage>;
  /** By `PodUsage.ownerKey`. */
  readonly byOwner: Index<PodUsage>;
  readonly subscribe: (listener: (change: Change<PodUsage>) => void) => () => void;
  /** Whether every pod has been judged once: until then nothing can be said of a profile, or of a namespace. */
  readonly isComplete: () => boolean;
  readonly whenComplete: (deed: () => void) => void;
  readonly complete: () => void;
};

export function createUsageBook(): UsageBook {
  const usages = new Map<string, PodUsage>();
  const listeners = new Set<(change: Change<PodUsage>) => void>();
  let complete = false;
  const waiting: (() => void)[] = [];
  const subscribe = (listener: (change: Change<PodUsage>) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const byProfile = indexBy({ subscribe }, ({ containers }: PodUsage) => [
    ...new Set(containers.flatMap(({ profiles }) => profiles)),
  ]);
  const byOwner = indexBy({ subscribe }, ({ ownerKey }: PodUsage) => [ownerKey]);
  const byNamespace = indexBy({ subscribe }, ({ namespace }: PodUsage) => [namespace]);
  return {
    get: (key) => usages.get(key),
    set: (key, after) => {
      const before = usages.get(key);
      if (sameUsage(before, after)) return;
      if (after === undefined) usages.delete(key);
      else usages.set(key, after);
      for (const listener of listeners) listener({ key, before, after });
    },
    byProfile,
    byNamespace,
    byOwner,
    subscribe,
    isComplete: () => complete,
    whenComplete: (deed) => {
      if (complete) deed();
      else waiting.push(deed);
    },
    complete: () => {
      complete = true;
      for (const deed of waiting.splice(0)) deed();
    },
  };
}

/** Each term has a book of its own, which goes with it, however it ends. */
export type UsageBooks = {
  /** Undefined in a process that does not lead. */
  readonly current: () => UsageBook | undefined;
  readonly during: (term: (book: UsageBook) => Promise<void>) => Promise<void>;
};

export function createUsageBooks(): UsageBooks {
  let current: UsageBook | undefined;
  return {
    current: () => current,
    during: async (term) => {
      current = createUsageBook();
      try {
        await term(current);
      } finally {
        current = undefined;
      }
    },
  };
}

function sameUsage(before: PodUsage | undefined, after: PodUsage | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
