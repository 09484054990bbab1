import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../control-plane/programs.ts';
import { mustRun } from '../node/run.ts';
import { locate } from '../programs-on-path.ts';

/** The folder of npm itself: npm scripts name it, otherwise it is found behind the program. */
export function npmFolder(): string {
  const found = process.env.npm_execpath ?? locate('npm');
  if (found === undefined) throw new Error('npm is missing: apt-get install npm');
  return dirname(dirname(realpathSync(found)));
}

/** The registry that this machine's npm asks: a cache is good for one registry only. */
export async function npmRegistry(): Promise<string> {
  return (await npm(['config', 'get', 'registry'])).trim();
}

/**
 * A cache of npm with all packages of the lock file, so that a build needs no network. It is kept, one for each lock
 * file, outside the checkout.
 */
export async function npmCache(checkout: string, digest: string): Promise<string> {
  const cache = join(cacheFolder(), `npm-${digest.slice(0, 12)}`);
  if (existsSync(cache)) return cache;
  const filling = await mkdtemp(join(cacheFolder(), '.npm-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(join(checkout, file), join(filling, file));
    }
    const fresh = join(filling, 'cache');
    await npm(['ci', '--ignore-scripts', '--no-audit', `--prefix=${filling}`, `--cache=${fresh}`]);
    await rename(fresh, cache);
  } finally {
    await rm(filling, { recursive: true, force: true });
  }
  return cache;
}

export function lockFile(checkout: string): Buffer {
  return readFileSync(join(checkout, 'package-lock.json'));
}

function npm(args: readonly string[]): Promise<string> {
  return mustRun(process.execPath, [join(npmFolder(), 'bin/npm-cli.js'), ...args]);
}
