import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { createFiles } from '../../src/cli/files.ts';
import { run } from '../../src/cli/run.ts';
import type { Profile } from '../../src/core/catalog/profile.ts';
import { TEST_CATALOG } from './test-catalog.ts';

export type CliResult = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** All files of the folder afterwards, by their path in it. */
  readonly files: Readonly<Record<string, string>>;
};

export type CliInput = {
  /** What is in the folder that the command runs in. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A terminal for all three streams. */
  readonly tty?: boolean;
  readonly env?: { readonly NO_COLOR?: string; readonly FORCE_COLOR?: string; readonly TERM?: string };
  readonly builtin?: () => readonly Profile[];
  readonly columns?: number;
  readonly now?: () => number;
  readonly stop?: AbortSignal;
  /** Told what is written to stdout, as it is written. */
  readonly watch?: (stdout: string) => void;
};

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line in a new folder, without a process. */
export async function runCli(argv: readonly string[], input: CliInput = {}): Promise<CliResult> {
  const folder = createFolder(input.files ?? {});
  return runCliIn(folder, argv, input);
}

export function createFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rootlock-cli-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export async function runCliIn(
  folder: string,
  argv: readonly string[],
  input: CliInput = {},
): Promise<CliResult> {
  const { stdin, tty = false, env = {}, columns = 100, watch } = input;
  const out: string[] = [];
  const err: string[] = [];
  const output = (texts: string[], told?: (text: string) => void) => ({
    isTTY: tty,
    columns,
    write: (text: string) => {
      texts.push(text);
      told?.(text);
    },
  });
  const exitCode = await run(COMMANDS, argv, {
    stdin: { isTTY: stdin === undefined, read: async () => new TextEncoder().encode(stdin ?? '') },
    stdout: output(out, watch),
    stderr: output(err),
    env: { NO_COLOR: env.NO_COLOR, FORCE_COLOR: env.FORCE_COLOR, TERM: env.TERM },
    files: createFiles(folder),
    builtin: input.builtin ?? (() => TEST_CATALOG),
    now: input.now ?? (() => Date.UTC(2026, 0, 1)),
    stopSignal: () => input.stop ?? AbortSignal.abort(),
  });
  return { exitCode, stdout: out.join(''), stderr: err.join(''), files: filesIn(folder) };
}

function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}
