import { execFile } from 'node:child_process';
import { afterAll } from '@jest/globals';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';

export type ProgramRun = {
  /** 0 where it did what it was asked. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type ProgramOptions = {
  readonly kubeconfig?: string;
  readonly stdin?: string;
};

/** A folder in place of the user's own caches and settings: a test must not see them, nor leave anything there. */
const home = temporaryFolder('rootlock-home-');
afterAll(() => home.remove());

/** Runs Helm or kubectl, and answers whatever the exit code is. */
export function runProgram(
  program: string,
  args: readonly string[],
  { kubeconfig = '/dev/null', stdin = '' }: ProgramOptions = {},
): Promise<ProgramRun> {
  const env = { PATH: process.env.PATH, HOME: home.path, KUBECONFIG: kubeconfig };
  return new Promise((resolve) => {
    const child = execFile(program, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
    child.stdin?.end(stdin);
  });
}
