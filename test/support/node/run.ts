import { execFile } from 'node:child_process';

export type Output = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end, whatever its status; rejects only where it cannot be started. */
export function run(command: string, args: readonly string[]): Promise<Output> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ status: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
      else reject(new Error(`running ${command} ${args.join(' ')}`, { cause: error }));
    });
  });
}

/** The same where anything but success is a mistake of ours. Returns what it printed. */
export async function mustRun(command: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(command, args);
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
}

/** What to run, and with which arguments, to run a command in the namespaces of a process. */
export function insideOf(process: number, command: string, args: readonly string[]): [string, string[]] {
  return ['nsenter', ['--target', String(process), '--net', '--mount', '--pid', '--', command, ...args]];
}
