import { describe, expect, test } from '@jest/globals';
import { createKeyQueue } from '../../../src/kube/controller/key-queue.ts';
import { createWorkQueue, type Worked } from '../../../src/kube/controller/work-queue.ts';

const namespaceOf = (key: string) => key.split('/')[0] ?? '';

function drain(queue: ReturnType<typeof createKeyQueue>, now: number): string[] {
  const taken: string[] = [];
  for (let key = queue.take(now); key !== undefined; key = queue.take(now)) {
    taken.push(key);
    queue.done(key);
  }
  return taken;
}

describe('a queue of keys', () => {
  test('looks at a key once, however often it is wanted', () => {
    const queue = createKeyQueue(namespaceOf);
    for (let time = 0; time < 5; time++) queue.add('shop/a', 0);
    expect(drain(queue, 0)).toEqual(['shop/a']);
  });

  test('lets namespaces take turns, however many keys one of them has', () => {
    const queue = createKeyQueue(namespaceOf);
    for (let index = 0; index < 1_000; index++) queue.add(`loud/${index}`, 0);
    queue.add('quiet/a', 0);
    queue.add('quiet/b', 0);
    const order = drain(queue, 0);
    expect(order.indexOf('quiet/a')).toBeLessThan(5);
    expect(order.indexOf('quiet/b')).toBeLessThan(5);
    expect(order).toHaveLength(1_002);
  });

  test('of two wishes the earlier one counts', () => {
    const queue = createKeyQueue(namespaceOf);
    queue.add('shop/a', 500);
    queue.add('shop/a', 100);
    queue.add('shop/a', 900);
    expect(drain(queue, 99)).toEqual([]);
    expect(queue.nextDue()).toBe(100);
    expect(drain(queue, 100)).toEqual(['shop/a']);
    expect(drain(queue, 1_000)).toEqual([]);
  });

  test('never has a key at work twice, and keeps a wish for one that is', () => {
    const queue = createKeyQueue(namespaceOf);
    queue.add('shop/a', 0);
    expect(queue.take(0)).toBe('shop/a');
    queue.add('shop/a', 0);
    expect(queue.take(0)).toBeUndefined();
    queue.done('shop/a');
    expect(queue.take(0)).toBe('shop/a');
    queue.done('shop/a');
    expect(queue.take(0)).toBeUndefined();
    expect(queue.size()).toBe(0);
  });
});

describe('a queue of work', () => {
  /** Plays what becomes of one key; the answer is how long it was waited for each time. */
  async function play(outcomes: readonly Worked[], random: number): Promise<readonly number[]> {
    const stop = new AbortController();
    let now = 0;
    const clock = {
      now: () => now,
      random: () => random,
      sleep: async (ms: number, signal: AbortSignal) => {
        // Work that is under way comes first.
        await new Promise((resolve) => setImmediate(resolve));
        if (!signal.aborted) now += ms;
      },
    };
    const looks: number[] = [];
    const queue = createWorkQueue({ clock, concurrency: 1, retries: { reserve: () => 0 } });
    queue.add('shop/a');
    await queue.run(async () => {
      looks.push(now);
      const outcome = outcomes[looks.length - 1];
      if (outcome === undefined) stop.abort();
      return outcome ?? { kind: 'done' };
    }, stop.signal);
    return looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
  }
  const failed: Worked = { kind: 'failed' };

  test.each([0, 0.999])('tries a failed key again, later each time, with chance at %d', async (random) => {
    const waits = await play(Array(14).fill(failed), random);
    for (const [index, wait] of waits.entries()) {
      const least = Math.min(500 * 2 ** index, 300_000);
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(least * 1.5 + 1);
    }
    expect(waits).toHaveLength(14);
  });

  test('begins anew with a key that was done in between', async () => {
    const waits = await play([failed, failed, failed, { kind: 'again', afterMs: 7 }, failed], 0);
    expect(waits).toEqual([500, 1_000, 2_000, 7, 500]);
  });
});
