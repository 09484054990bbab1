import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import {
  assetVariable,
  cachedProgram,
  cacheFolder,
  modulesName,
  type Program,
  type Source,
} from './programs.ts';

const progressEveryMs = 15_000;

export type Buildable = { readonly program: Program; readonly source: Source };

/**
 * Builds programs of one Go module into the cache. Another process that builds from the same modules is waited for;
 * finished folders are moved into place, so that nobody sees half a program.
 */
export async function buildPrograms(programs: readonly Buildable[]): Promise<void> {
  const [first] = programs;
  if (first === undefined) return;
  const modules = modulesName(first.source.folder);
  await mkdir(cacheFolder(), { recursive: true });
  await withLock(join(cacheFolder(), `${modules}.lock`), {
    waiting: () => say(`waiting for another process that builds from ${modules}`),
    work: async () => {
      const missing = programs.filter((each) => !existsSync(targetOf(each)));
      if (missing.length === 0) return;
      const building = await mkdtemp(join(cacheFolder(), '.building-'));
      try {
        await runGo(missing, first.source, building);
        for (const each of missing) await moveIntoPlace(each, building);
      } finally {
        await rm(building, { recursive: true, force: true });
      }
    },
  });
}

function targetOf({ program, source }: Buildable): string {
  return cachedProgram(program, source);
}

async function moveIntoPlace(buildable: Buildable, building: string): Promise<void> {
  const target = targetOf(buildable);
  const folder = join(building, basename(dirname(target)));
  await mkdir(folder);
  await rename(join(building, executableName(buildable.source.package)), join(folder, basename(target)));
  await rename(folder, dirname(target));
}

/** As Go names it: the last part of the path that is no version. */
function executableName(path: string): string {
  return basename(path.replace(/\/v\d+$/, ''));
}

async function runGo(programs: readonly Buildable[], { folder, linkerFlags }: Source, building: string) {
  const names = programs.map(({ program, source }) => `${program} ${source.version}`).join(', ');
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  say(`building ${names} with Go; the next run finds it in ${cacheFolder()}`);
  const progress = setInterval(() => say(`still building: ${elapsed()}`), progressEveryMs);
  const packages = programs.map(({ source }) => source.package);
  try {
    await go(
      ['build', '-trimpath', '-buildvcs=false', '-ldflags', linkerFlags, '-o', `${building}/`, ...packages],
      folder,
    );
  } catch (cause) {
    throw new Error(`${missing(programs, names)}\n${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  } finally {
    clearInterval(progress);
  }
  say(`built ${names} in ${elapsed()}`);
}

function go(args: readonly string[], folder: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
  const child = spawn('go', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const output: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'ENOENT' ? new Error('There is no `go` on the PATH.', { cause }) : cause),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args[0]} ended with ${code}:\n${output.join('').slice(-2000)}`));
    });
  });
}

function missing(programs: readonly Buildable[], names: string): string {
  const variables = programs.map(({ program }) => assetVariable(program)).join(', ');
  return [
    `These tests need ${names}, which could be neither found nor built.`,
    `Looked in ${variables}, KUBEBUILDER_ASSETS and ${cacheFolder()}.`,
    'Install Go (https://go.dev/dl/), or set KUBEBUILDER_ASSETS to a folder that holds the programs',
    '(for kube-apiserver, etcd and kubectl: `setup-envtest use`). `npm run test:unit` needs none of them.',
  ].join('\n');
}

function say(line: string): void {
  process.stderr.write(`[test control plane] ${line}\n`);
}
