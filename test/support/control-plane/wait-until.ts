import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;

/** Looks again and again until there is something to return; after that time, fails and says what it last saw. */
export async function waitUntil<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
  { seconds = 120, saw = () => '' }: { readonly seconds?: number; readonly saw?: () => string } = {},
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s\n${saw()}`);
    await sleep(pollMs);
  }
}
