import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * A shell that stands between us and the program, and hears from us through a pipe. When the pipe closes,
 * on purpose or because this process was killed in whatever way, it ends the program: first with TERM, then,
 * after $1 tenths of a second, with KILL. So no program outlives its tests.
 */
const supervisor = `
grace=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(
  while read -r order <&3; do
    kill -s "$order" "$program"
  done
  kill -s TERM "$program"
  while [ "$grace" -gt 0 ] && kill -s 0 "$program"; do
    sleep 0.1
    grace=$((grace - 1))
  done
  kill -s KILL "$program"
) 2>/dev/null &
listener=$!
wait "$program"
code=$?
exec 2>/dev/null
kill -s KILL "$listener"
exit "$code"
`;

export type Signal = 'STOP' | 'CONT' | 'TERM' | 'KILL' | 'HUP';

export type SupervisedProcess = {
  readonly exited: boolean;
  signal(signal: Signal): void;
  /** Ends the program, and resolves when it is gone. */
  stop(): Promise<void>;
};

/** Starts a program that ends when we say so, and at the latest with this process. */
export function startProcess({
  command,
  args,
  logFile,
  graceSeconds = 2,
  env = process.env,
}: {
  readonly command: string;
  readonly args: readonly string[];
  /** Gets what the program writes, standard output and standard error together. */
  readonly logFile: string;
  /** How long it may take to end before it is killed. */
  readonly graceSeconds?: number;
  readonly env?: NodeJS.ProcessEnv;
}): SupervisedProcess {
  const log = openSync(logFile, 'a');
  const child = spawn('sh', ['-c', supervisor, 'sh', String(graceSeconds * 10), command, ...args], {
    stdio: ['pipe', log, log],
    detached: true,
    env,
  });
  closeSync(log);
  child.unref();
  const { stdin: pipe } = child;
  if (pipe === null) throw new Error('a child with stdio[0] "pipe" has no stdin');
  pipe.on('error', () => {});
  return {
    get exited() {
      return hasExited(child);
    },
    signal: (signal) => {
      pipe.write(`${signal}\n`);
    },
    stop: async () => {
      if (hasExited(child)) return;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.ref();
      pipe.end();
      await exit;
    },
  };
}

/** The last lines of a program's log, for the message of an error. */
export function lastLines(log: string, count = 20): string {
  return log.trimEnd().split('\n').slice(-count).join('\n');
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
