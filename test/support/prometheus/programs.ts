import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../control-plane/programs.ts';
import { mustRun, run } from '../node/run.ts';
import { locate } from '../programs-on-path.ts';

export type PrometheusProgram = 'prometheus' | 'promtool';

/**
 * The path of a program of Prometheus: one on the PATH, or that of the Debian package, which is unpacked into the cache.
 * Installing it would start a server here.
 */
export async function prometheusProgram(program: PrometheusProgram): Promise<string> {
  const installed = locate(program);
  if (installed !== undefined) return installed;
  const folder = join(cacheFolder(), 'prometheus');
  if (!existsSync(folder)) await unpackInto(folder);
  return join(folder, 'usr/bin', program);
}

async function unpackInto(folder: string): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const unpacking = await mkdtemp(join(cacheFolder(), '.prometheus-'));
  try {
    await mustRun('sh', ['-c', DOWNLOAD, 'sh', unpacking]).catch((cause: unknown) => {
      throw new Error(MISSING, { cause });
    });
    await rename(join(unpacking, 'root'), folder).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unpacking, { recursive: true, force: true });
  }
}

/** apt would otherwise give up root's rights, and could not write into the folder. */
const DOWNLOAD = `
set -e
cd "$1"
apt-get -q -o APT::Sandbox::User=root download prometheus
mkdir root
dpkg-deb --fsys-tarfile prometheus_*.deb | tar --extract --directory=root ./usr/bin/prometheus ./usr/bin/promtool
`;

const MISSING =
  'prometheus and promtool are neither on the PATH nor to be had as a package: apt-get update, or install Prometheus';

/** Whether a file holds sound rules, or passes its tests, is what its exit code says. */
export async function promtool(...args: readonly string[]) {
  return run(await prometheusProgram('promtool'), args);
}
