import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import { cachedProgram, cacheFolder, type Program, type Source } from './programs.ts';

const progressEveryMs = 15_000;

/**
 * Builds a program with Go into the cache and returns its path. Another process that builds the same
 * program is waited for; the finished folder is moved into place, so that nobody sees half a program.
 */
export async function buildProgram(program: Program, source: Source): Promise<string> {
  const target = cachedProgram(program, source);
  const name = basename(dirname(target));
  await mkdir(cacheFolder(), { recursive: true });
  await withLock(join(cacheFolder(), `${name}.lock`), {
    waiting: () => say(`waiting for another process that builds ${program} ${source.version}`),
    work: async () => {
      if (existsSync(target)) return;
      const building = await mkdtemp(join(cacheFolder(), '.building-'));
      try {
        await runGo(program, source, join(building, program));
        await rename(building, dirname(target));
      } finally {
        await rm(building, { recursive: true, force: true });
      }
    },
  });
  return target;
}

async function runGo(program: Program, source: Source, output: string): Promise<void> {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  say(`building ${program} ${source.version} with Go; the next run finds it in ${cacheFolder()}`);
  const progress = setInterval(() => say(`still building ${program}: ${elapsed()}`), progressEveryMs);
  try {
    await go(
      ['build', '-trimpath', '-buildvcs=false', '-ldflags', source.linkerFlags, '-o', output, source.package],
      source.folder,
    );
  } catch (cause) {
    throw new Error(`${missing(program, source)}\n${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  } finally {
    clearInterval(progress);
  }
  say(`built ${program} in ${elapsed()}`);
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

function missing(program: Program, { version }: Source): string {
  return [
    `These tests need ${program} ${version}, and it could be neither found nor built.`,
    `Looked in TEST_ASSET_${program.toUpperCase().replaceAll('-', '_')}, KUBEBUILDER_ASSETS and ${cacheFolder()}.`,
    'Install Go (https://go.dev/dl/), or set KUBEBUILDER_ASSETS to a folder that holds the programs',
    '(for kube-apiserver, etcd and kubectl: `setup-envtest use`). `npm run test:unit` needs none of them.',
  ].join('\n');
}

function say(line: string): void {
  process.stderr.write(`[test control plane] ${line}\n`);
}
