import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { startProcess } from './supervised-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'rootlock-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Says its process id, and goes on until it is ended. */
const obedient = 'echo $$; while :; do sleep 0.1; done';
const stubborn = `trap "" TERM; ${obedient}`;

test.each([
  { name: 'obedient', script: obedient },
  { name: 'stubborn', script: stubborn },
])('stop ends an $name program', async ({ name, script }) => {
  const logFile = join(folder, name);
  const program = startProcess({ command: 'sh', args: ['-c', script], logFile, graceSeconds: 0.5 });
  const pid = await pidIn(logFile);
  expect(isAlive(pid)).toBe(true);
  await program.stop();
  expect(program.exited).toBe(true);
  expect(isAlive(pid)).toBe(false);
});

test('a program that ends by itself has exited, and stop does nothing', async () => {
  const logFile = join(folder, 'short');
  const program = startProcess({ command: 'echo', args: ['done'], logFile });
  while (!program.exited) await sleep(20);
  await program.stop();
  expect(readFileSync(logFile, 'utf8')).toBe('done\n');
});

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a program ends with the process that started it, when %s ends that',
  async (signal) => {
    const logFile = join(folder, signal);
    const args = JSON.stringify({ command: 'sh', args: ['-c', obedient], logFile });
    const module = JSON.stringify(join(import.meta.dirname, 'supervised-process.ts'));
    const source = `const { startProcess } = await import(${module}); startProcess(${args}); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
    const pid = await pidIn(logFile);
    parent.kill(signal);
    await once(parent, 'exit');
    while (isAlive(pid)) await sleep(20);
    expect(isAlive(pid)).toBe(false);
  },
);

async function pidIn(logFile: string): Promise<number> {
  for (;;) {
    const text = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
    if (text.endsWith('\n')) return Number(text);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
