import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A process of the benchmark that answers each message with one. */
export type Child = {
  readonly ask: <Answer>(message: object) => Promise<Answer>;
  /** What it says of its own accord, once it has started. */
  readonly hello: <Answer>() => Promise<Answer>;
  readonly end: () => void;
};

export type ChildOptions = {
  readonly module: URL;
  readonly args: readonly string[];
  /** Which CPU it may use, where the machine lets us choose. */
  readonly cpu: number;
  /** Where its stdout goes: a file descriptor. */
  readonly stdout: number;
};

const CAN_PIN = spawnSync('taskset', ['--version']).status === 0;

export function startChild({ module, args, cpu, stdout }: ChildOptions): Child {
  const stdio: ['ignore', number, 'inherit', 'ipc'] = ['ignore', stdout, 'inherit', 'ipc'];
  const script = [module.pathname, ...args];
  const child = CAN_PIN
    ? spawn('taskset', ['--cpu-list', String(cpu), process.execPath, ...script], { stdio })
    : fork(module, [...args], { stdio });
  return {
    async ask<Answer>(message: object) {
      child.send(message);
      return reply<Answer>(child);
    },
    hello: () => reply(child),
    end: () => child.kill(),
  };
}

/** Whoever started the child knows what it says. */
async function reply<Answer>(child: ChildProcess): Promise<Answer> {
  const gone = new AbortController();
  const exit = once(child, 'exit', { signal: gone.signal }).then(() => {
    throw new Error(`a process of the benchmark ended: ${child.spawnargs.join(' ')}`);
  });
  try {
    const [answer] = await Promise.race([once(child, 'message'), exit]);
    return answer as Answer;
  } finally {
    gone.abort();
    exit.catch(() => {});
  }
}
