import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locate, missingPackages } from '../programs-on-path.ts';

/** A program that a node needs, and the Debian and Ubuntu package that has it. */
const programs = {
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  ip: 'iproute2',
  busybox: 'busybox-static',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  tar: 'tar',
} as const;

const networkPlugins = ['ptp', 'host-local', 'loopback'];
const networkPluginFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

/** Why a node cannot run here, one sentence each; empty where it can. */
export function obstacles({
  platform = process.platform,
  uid = process.getuid?.(),
  path = process.env.PATH ?? '',
}: {
  readonly platform?: string;
  readonly uid?: number | undefined;
  readonly path?: string;
} = {}): string[] {
  if (platform !== 'linux') return ['a node runs containers, which needs Linux'];
  const found: string[] = [];
  if (uid !== 0) found.push('a node makes namespaces and mounts, which needs root: run it with sudo');
  const packages = packagesNeeded(path);
  if (packages.length > 0) {
    found.push(`programs are missing: apt-get install ${packages.join(' ')}`);
  }
  return found;
}

/** The folder of the network plugins, wherever the distribution puts them. */
export function networkPluginFolder(): string | undefined {
  return networkPluginFolders.find((folder) =>
    networkPlugins.every((plugin) => existsSync(join(folder, plugin))),
  );
}

/** The path of one of the programs. */
export function programOnPath(program: keyof typeof programs, path = process.env.PATH ?? ''): string {
  const found = locate(program, path);
  if (found === undefined) throw new Error(`${program} is missing: apt-get install ${programs[program]}`);
  return found;
}

function packagesNeeded(path: string): string[] {
  const packages = missingPackages(programs, path);
  if (networkPluginFolder() === undefined) packages.push('containernetworking-plugins');
  return packages.sort();
}
