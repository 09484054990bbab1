import type { Clock } from '../reflector.ts';

/**
 * When each namespace is to be looked at. Its key comes up more often than that: a log that is to be read may have to
 * wait, again and again where there are more of them than there is time for, and a look costs what its pods cost.
 */
export type LookTimes = {
  /** Something has changed: it is to be looked at the next time that its key comes up. */
  readonly changed: (namespace: string) => void;
  /** Looks where that is due. The answer, like the look's own, is in how many milliseconds the next one is. */
  readonly whenDue: (namespace: string, look: () => Promise<number>) => Promise<number>;
};

/** How containers fare is also a matter of time: where the key comes up anyway, a look is good for so long. */
const GOOD_FOR_MS = 30_000;

export function createLookTimes(clock: Pick<Clock, 'now'>): LookTimes {
  /** Of those that have been looked at since they last changed. */
  const known = new Map<string, { readonly looked: number; readonly next: number }>();
  return {
    changed: (namespace) => known.delete(namespace),
    whenDue: async (namespace, look) => {
      const looked = clock.now();
      const before = known.get(namespace);
      if (before !== undefined && looked < Math.min(before.next, before.looked + GOOD_FOR_MS))
        return before.next - looked;
      const mark = { looked, next: Number.POSITIVE_INFINITY };
      known.set(namespace, mark);
      try {
        const inMs = await look();
        // What has changed meanwhile is to be looked at anew.
        if (known.get(namespace) === mark) known.set(namespace, { looked, next: clock.now() + inMs });
        return inMs;
      } catch (error) {
        known.delete(namespace);
        throw error;
      }
    },
  };
}
