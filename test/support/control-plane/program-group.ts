import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, type Signal, type SupervisedProcess, startProcess } from './supervised-process.ts';

/** Programs that run together, by name; each one's log is a file of that name. */
export type ProgramGroup<Name extends string> = {
  start(
    name: Name,
    command: string,
    args: readonly string[],
    options?: { env?: NodeJS.ProcessEnv; graceSeconds?: number },
  ): SupervisedProcess;
  /** Resolves when it is gone; does nothing where it does not run. */
  stop(name: Name): Promise<void>;
  signal(name: Name, signal: Signal): void;
  log(name: Name): string;
  /** Each program with the end of its log, for the message of an error. */
  summary(): string;
};

export function programGroup<Name extends string>(logFolder: string): ProgramGroup<Name> {
  mkdirSync(logFolder, { recursive: true });
  const running = new Map<Name, SupervisedProcess>();
  const logFile = (name: Name) => join(logFolder, `${name}.log`);
  const log = (name: Name) => (existsSync(logFile(name)) ? readFileSync(logFile(name), 'utf8') : '');
  return {
    start: (name, command, args, options = {}) => {
      if (running.get(name)?.exited === false) throw new Error(`${name} runs already`);
      const started = startProcess({ command, args, logFile: logFile(name), ...options });
      running.set(name, started);
      return started;
    },
    stop: async (name) => {
      await running.get(name)?.stop();
      running.delete(name);
    },
    signal: (name, signal) => {
      const program = running.get(name);
      if (program === undefined || program.exited) throw new Error(`${name} does not run`);
      program.signal(signal);
    },
    log,
    summary: () =>
      [...running]
        .map(([name, { exited }]) => `--- ${name} (${exited ? 'ended' : 'runs'})\n${lastLines(log(name))}`)
        .join('\n'),
  };
}
