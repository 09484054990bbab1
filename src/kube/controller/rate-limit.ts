import type { Clock } from '../reflector.ts';

/** A token bucket: so many a second in the long run, and so many at once. */
export type RateLimit = {
  /** Takes a token, even one that is not there yet; the answer is in how many milliseconds it will be. */
  readonly reserve: () => number;
  /** Whether a token is there. */
  readonly has: () => boolean;
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
    has: () => {
      refill();
      return tokens >= 1;
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

/** Takes a token of each limit if all have one, and otherwise of none: what one of them refuses costs the others nothing. */
export function tryTake(...limits: readonly Pick<RateLimit, 'has' | 'reserve'>[]): boolean {
  if (!limits.every((limit) => limit.has())) return false;
  for (const limit of limits) limit.reserve();
  return true;
}
