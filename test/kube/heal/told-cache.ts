import type { Cache, Change } from '../../../src/kube/controller/cache.ts';

export type Told<T> = Pick<Cache<T>, 'get' | 'entries' | 'subscribe'> & {
  readonly set: (key: string, after: T | undefined) => void;
};

/** A cache without a watch: the test says what that would have brought. */
export function toldCache<T>(): Told<T> {
  const objects = new Map<string, T>();
  const listeners = new Set<(change: Change<T>) => void>();
  return {
    get: (key) => objects.get(key),
    entries: () => objects.entries(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (key, after) => {
      const before = objects.get(key);
      if (after === undefined) objects.delete(key);
      else objects.set(key, after);
      for (const listener of listeners) listener({ key, before, after });
    },
  };
}
