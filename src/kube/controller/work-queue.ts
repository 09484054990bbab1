import { namespaceOfKey } from '../../core/object-reference.ts';
import { type Backoff, createBackoff } from '../backoff.ts';
import type { Clock } from '../reflector.ts';
import { createKeyQueue } from './key-queue.ts';
import type { RateLimit } from './rate-limit.ts';

/** What became of one look at a key. */
export type Worked =
  | { readonly kind: 'done' }
  /** To be looked at again after so many milliseconds; the key starts from the beginning with its back-off. */
  | { readonly kind: 'again'; readonly afterMs: number }
  /** To be tried again, later each time. */
  | { readonly kind: 'failed' };

export type WorkQueue = {
  readonly add: (key: string, afterMs?: number) => void;
  /** Keys that are due and wait for a worker. */
  readonly depth: () => number;
  /** Keys that are at work, wait, or will be looked at later. */
  readonly size: () => number;
  /** Looks at keys until it is stopped, and then waits for those that are at work. */
  readonly run: (work: (key: string) => Promise<Worked>, stop: AbortSignal) => Promise<void>;
};

export type WorkQueueOptions = {
  readonly clock: Clock;
  /** How many keys may be at work at once. */
  readonly concurrency: number;
  /** How often failed keys are tried again, all together. */
  readonly retries: Pick<RateLimit, 'reserve'>;
};

/** Milliseconds before a failed key is tried again, doubled each time. */
const BACKOFF_MS = { first: 500, max: 5 * 60_000 };

/** Keys are `namespace/name` or `name`: namespaces take turns, and what belongs to none is one more group. */
export function createWorkQueue({ clock, concurrency, retries }: WorkQueueOptions): WorkQueue {
  const keys = createKeyQueue((key) => namespaceOfKey(key) ?? '');
  const failures = new Map<string, Backoff>();
  let working = 0;
  let wake = () => {};

  const add = (key: string, afterMs = 0) => {
    keys.add(key, clock.now() + afterMs);
    wake();
  };
  const finish = (key: string, worked: Worked) => {
    keys.done(key);
    working -= 1;
    if (worked.kind === 'failed') {
      const backoff = failures.get(key) ?? createBackoff({ ...BACKOFF_MS, random: clock.random });
      failures.set(key, backoff);
      return add(key, Math.max(backoff.next(), retries.reserve()));
    }
    failures.delete(key);
    if (worked.kind === 'again') add(key, worked.afterMs);
    wake();
  };
  const rest = async () => {
    const woken = new AbortController();
    // A reason of its own: making an error for each key that is added costs more than the look at most keys.
    wake = () => woken.abort(WOKEN);
    const wait = working < concurrency ? keys.nextDue() - clock.now() : IDLE_MS;
    await clock.sleep(Math.min(Math.max(wait, 0), IDLE_MS), woken.signal);
  };
  return {
    add,
    depth: keys.depth,
    size: () => keys.size() + working,
    run: async (work, stop) => {
      const atWork = new Set<Promise<void>>();
      stop.addEventListener('abort', () => wake(), { once: true });
      let paused = clock.now();
      while (!stop.aborted) {
        const key = working < concurrency ? keys.take(clock.now()) : undefined;
        if (key === undefined) {
          await rest();
          continue;
        }
        working += 1;
        const one = work(key).then(
          (worked) => finish(key, worked),
          () => finish(key, { kind: 'failed' }),
        );
        atWork.add(one);
        void one.finally(() => atWork.delete(one));
        if (clock.now() - paused < TURN_MS) continue;
        await clock.sleep(0, stop);
        paused = clock.now();
      }
      await Promise.all(atWork);
    },
  };
}

/** Work that never waits for anything must not keep the process from everything else: milliseconds at a stretch. */
const TURN_MS = 10;
const WOKEN = 'there is something to do';
/** Nothing is missed for it: whatever is added wakes the queue. */
const IDLE_MS = 60_000;
