import type { Log } from '../log.ts';
import { createBackoff } from './backoff.ts';
import type { Clock } from './reflector.ts';

/** Work that is done over and over: when asked to, when its time has come, and again where it failed. */
export type Worker = {
  /** The world has changed: the work is to be done soon, or once more where it is under way. */
  readonly poke: () => void;
  /** Why the last try failed; undefined where it did not. */
  readonly problem: () => string | undefined;
  readonly run: (stop: AbortSignal) => Promise<void>;
};

export type WorkerOptions = {
  /** What is done, for the log: `keeping the certificates`. */
  readonly name: string;
  /** Looks at the world as it is and takes what steps there are; the answer is how many milliseconds may pass until it looks again. */
  readonly work: (stop: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Between two beginnings, however often it is asked: who undoes our work shall not have us busy. */
const LEAST_MS = 250;
const BACKOFF_MS = { first: 1_000, max: 15_000 };

export function createWorker({ name, work, clock, log }: WorkerOptions): Worker {
  const backoff = createBackoff({ ...BACKOFF_MS, random: clock.random });
  let problem: string | undefined;
  let poked = new AbortController();

  const attempt = async (stop: AbortSignal): Promise<number> => {
    try {
      const wait = await work(stop);
      problem = undefined;
      backoff.reset();
      return wait;
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const tryAgainInMs = backoff.next();
      problem = error.message;
      if (!stop.aborted) log.warn(`${name} failed`, { error, tryAgainInMs: Math.round(tryAgainInMs) });
      return tryAgainInMs;
    }
  };
  return {
    poke: () => poked.abort(),
    problem: () => problem,
    async run(stop) {
      while (!stop.aborted) {
        poked = new AbortController();
        const wait = await attempt(stop);
        await clock.sleep(LEAST_MS, stop);
        await clock.sleep(wait - LEAST_MS, AbortSignal.any([stop, poked.signal]));
      }
    },
  };
}
