import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryFolder = {
  readonly path: string;
  remove(): Promise<void>;
};

/**
 * Removes the folder $1, and runs the command $2, when the pipe closes without a word: this process was killed.
 * The programs that use them end in the same moment, so it tries for a while.
 */
const janitor = `
if read -r _; then exit; fi
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  sleep 1
  if [ "$round" -gt 1 ] && [ ! -e "$1" ] && eval "$2"; then exit; fi
  rm -rf "$1"
done
`;

/**
 * A folder below the system's temporary one that goes away with this process, even where that is killed;
 * the shell command `whenKilled` is then run too, until it succeeds.
 */
export function temporaryFolder(prefix: string, whenKilled = ''): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const watcher = spawn('sh', ['-c', janitor, 'sh', path, whenKilled], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  const { stdin: pipe } = watcher;
  pipe.on('error', () => {});
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      const exit = new Promise((resolve) => watcher.once('exit', resolve));
      watcher.ref();
      pipe.end('removed\n');
      await exit;
    },
  };
}
