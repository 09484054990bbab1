import { buffer } from 'node:stream/consumers';
import type { Profile } from '../core/catalog/profile.ts';
import { createFiles } from './files.ts';
import type { OutputStream, Surroundings } from './surroundings.ts';

/** The process that the command line runs in. */
export function processSurroundings(builtin: () => readonly Profile[]): Surroundings {
  // Whoever reads our output may stop early (`| head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    stdin: { isTTY: process.stdin.isTTY === true, read: () => buffer(process.stdin) },
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    env: terminalEnvironment(),
    files: createFiles(process.cwd()),
    builtin,
    now: Date.now,
    stopSignal,
  };
}

/**
 * The first signal asks to stop; a second one ends the process at once: by ourselves, since the kernel does not for the
 * first process of a container.
 */
function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (stopped.signal.aborted) process.exit(exitCode);
      stopped.abort();
    });
  }
  return stopped.signal;
}

function outputTo(stream: NodeJS.WriteStream): OutputStream {
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns || 80,
    write: (text) => {
      stream.write(text);
    },
  };
}

/** What terminals are told by; settings of Rootlock itself are read by the server's own configuration. */
function terminalEnvironment(): Surroundings['env'] {
  // biome-ignore lint/style/noProcessEnv: the conventions of terminals (no-color.org) live in the environment
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  return { NO_COLOR, FORCE_COLOR, TERM };
}
