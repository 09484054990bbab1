import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 500;

/**
 * Does some work while no other process holds the same lock. The lock is a folder that names its holder's
 * process id and appears by one atomic rename; the lock of a process that is gone is taken over.
 */
export async function withLock(
  lock: string,
  { work, waiting }: { work: () => Promise<void>; waiting: () => void },
): Promise<void> {
  let told = false;
  while (!(await acquire(lock))) {
    if (!told) waiting();
    told = true;
    await sleep(pollMs);
    if (!(await isHeld(lock))) await discard(lock);
  }
  try {
    await work();
  } finally {
    await discard(lock);
  }
}

async function acquire(lock: string): Promise<boolean> {
  const candidate = await mkdtemp(`${lock}-`);
  await writeFile(`${candidate}/pid`, String(process.pid));
  try {
    await rename(candidate, lock);
    return true;
  } catch (error) {
    await rm(candidate, { recursive: true, force: true });
    if (isCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

async function isHeld(lock: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(`${lock}/pid`, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

/** Moved aside first, so that of two processes that find a dead lock only one removes it. */
async function discard(lock: string): Promise<void> {
  const aside = await mkdtemp(`${lock}-`);
  try {
    await rename(lock, `${aside}/dead`);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return codes.some((code) => code === error.code);
}
