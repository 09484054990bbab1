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
 * The pauses leave time to the programs that use them, which end in the same moment.
 */
const janitor = `
if read -r _; then exit; fi
for pause in 1 2 5 10; do sleep "$pause"; rm -rf "$1"; eval "$2"; done
`;

/**
 * A folder below the system's temporary one that goes away with this process, even where that is killed;
 * the shell command `whenKilled` is then run too.
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
