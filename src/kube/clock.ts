import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from './reflector.ts';

/** The machine's own time and chance. */
export const systemClock: Clock = {
  sleep: (ms, signal) => sleepFor(ms, undefined, { signal }).catch(() => undefined),
  now: () => performance.now(),
  random: () => Math.random(),
};
