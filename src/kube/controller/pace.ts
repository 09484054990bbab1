import type { Clock } from '../reflector.ts';

/** So that a thing is not done to the same key too often. */
export type Pace = {
  /** Milliseconds until it may be done again; 0 or less where it may now. */
  readonly left: (key: string) => number;
  /** It is done now. */
  readonly begin: (key: string) => void;
};

export function createPace(clock: Pick<Clock, 'now'>, leastMs: number): Pace {
  /** In the order of their times: what is older than the pause says nothing, and is forgotten. */
  const done = new Map<string, number>();
  return {
    left: (key) => leastMs - (clock.now() - (done.get(key) ?? Number.NEGATIVE_INFINITY)),
    begin: (key) => {
      const now = clock.now();
      done.delete(key);
      done.set(key, now);
      for (const [other, at] of done) {
        if (now - at < leastMs) break;
        done.delete(other);
      }
    },
  };
}
