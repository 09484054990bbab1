import type { Clock } from './reflector.ts';

/** The machine's. Its sleep makes no error of being woken, as `node:timers/promises` does: queues are woken all the time. */
export const systemClock: Clock = {
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    }),
  now: () => performance.now(),
  random: () => Math.random(),
};
