import type { Clock } from '../../src/kube/reflector.ts';

export type VirtualClock = Clock & { readonly slept: readonly number[] };

/** Time that passes only while somebody sleeps; stops everything when it is over. */
export function virtualClock({
  until,
  stop,
  random = 0.5,
}: {
  until: number;
  stop: AbortController;
  random?: number;
}): VirtualClock {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => random,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
      if (now >= until) stop.abort();
    },
  };
}
