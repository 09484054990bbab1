import { expect, test } from '@jest/globals';
import { createWorker } from '../../src/kube/worker.ts';
import { silentLog } from '../support/silent-log.ts';
import { virtualClock } from './virtual-clock.ts';

const MINUTE = 60_000;

/** Runs work for an hour of virtual time. */
async function playHour(work: (attempt: number, poke: () => void) => number) {
  const stop = new AbortController();
  const clock = virtualClock({ until: 60 * MINUTE, stop });
  let attempts = 0;
  const problems = new Set<string | undefined>();
  const worker = createWorker({
    name: 'working',
    work: async () => {
      problems.add(worker.problem());
      attempts++;
      return work(attempts, () => worker.poke());
    },
    clock: {
      ...clock,
      // What is aborted already takes no time.
      sleep: async (ms, signal) => {
        if (!signal.aborted) await clock.sleep(ms, signal);
      },
    },
    log: silentLog,
  });
  await worker.run(stop.signal);
  return { attempts, problems: [...problems], problem: worker.problem() };
}

test('work is done again when it says so', async () => {
  expect(await playHour(() => MINUTE)).toEqual({ attempts: 60, problems: [undefined], problem: undefined });
});

test('work that is asked for all the time is done four times a second', async () => {
  const { attempts } = await playHour((_, poke) => {
    poke();
    return MINUTE;
  });
  expect(attempts).toBe(4 * 3600);
});

test('work that fails is tried again, ever less often, and says why', async () => {
  const { attempts, problem } = await playHour(() => {
    throw new Error('no rights');
  });
  expect(attempts).toBeGreaterThan(3600 / 25);
  expect(attempts).toBeLessThan(3600 / 15);
  expect(problem).toBe('no rights');
});

test('a problem is over once the work succeeds', async () => {
  const { problems, problem } = await playHour((attempt) => {
    if (attempt < 3) throw new Error('not yet');
    return MINUTE;
  });
  expect(problems).toEqual([undefined, 'not yet']);
  expect(problem).toBeUndefined();
});
