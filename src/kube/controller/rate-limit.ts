import type { Clock } from '../reflector.ts';

/** A token bucket: so many a second in the long run, and so many at once. */
export type RateLimit = {
  /** Takes a token, even one that is not there yet; the answer is in how many milliseconds it will be. */
  readonly reserve: () => number;
  /** Takes a token if one is there. */
  readonly tryTake: () => boolean;
  /** Resolves once it has a token, in the order of the calls; rejects with the signal's reason when that is aborted. */
  readonly take: (stop: AbortSignal) => Promise<void>;
};

export type RateLimitOptions = {
  readonly perSecond: number;
  readonly burst: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
};

export function createRateLimit({ perSecond, burst, clock }: RateLimitOptions): RateLimit {
  let tokens = burst;
  let at = clock.now();
  const refill = () => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
    at = now;
  };
  const reserve = () => {
    refill();
    tokens -= 1;
    return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
  };
  return {
    reserve,
    tryTake: () => {
      refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    take: async (stop) => {
      const wait = reserve();
      if (wait > 0) await clock.sleep(wait, stop);
      if (!stop.aborted) return;
      tokens += 1;
      throw stop.reason;
    },
  };
}
