import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process so far, in milliseconds: user and system, all threads. Linux only. */
export function cpuMilliseconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold spaces; utime and stime are the 12th and 13th field behind it (proc_pid_stat(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** USER_HZ, 100 on every architecture that Kubernetes runs on. */
const TICKS_PER_SECOND = 100;

/** The process that runs a program with these words among its arguments. */
export function pidOf(program: string, word: string): number {
  const found = readdirSync('/proc').find((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    const [command = '', ...args] = commandLine(entry);
    return command.endsWith(`/${program}`) && args.some((argument) => argument.includes(word));
  });
  if (found === undefined) throw new Error(`no process runs ${program} with ${word}`);
  return Number(found);
}

/** Empty where the process has just ended. */
function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
