/**
 * When the next request is to be sent: so many a second, however long the answers take, or at once where `rate` is 0.
 * Resolves with that time, by performance.now(): latencies count from it, so that queueing shows.
 */
export function pace(rate: number): () => Promise<number> {
  let due = performance.now();
  return async () => {
    if (rate === 0) return performance.now();
    const mine = due;
    due += 1000 / rate;
    const wait = mine - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // Timers may come a little early.
    return Math.min(mine, performance.now());
  };
}
