import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once the condition holds; rejects when it does not within so many milliseconds. */
export async function until(condition: () => unknown, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await sleep(50);
  }
}
