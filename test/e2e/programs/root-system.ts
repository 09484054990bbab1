import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../support/control-plane/programs.ts';
import { mustRun } from '../../support/node/run.ts';
import type { Program } from './program.ts';

/** Debian's smallest system, as this computer's own package sources have it. */
export type RootSystem = {
  /** Its files, to be mounted below others and never written to. */
  readonly folder: string;
  /** The layer that all images share. */
  readonly layer: string;
};

const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** Made once, and kept outside the checkout. Needs root, and Debian's mmdebstrap. */
export async function rootSystem(): Promise<RootSystem> {
  const folder = join(programsFolder(), 'base');
  const layer = join(programsFolder(), 'base.tar');
  if (!existsSync(layer)) {
    rmSync(folder, { recursive: true, force: true });
    await debootstrap(folder, []);
    await pack(folder, layer);
  }
  return { folder, layer };
}

/** A system with the clients that the smoke tests call, so that this computer need not have them. */
export async function toolSystem(): Promise<string> {
  const folder = join(programsFolder(), 'tools');
  const done = join(folder, 'made');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    await debootstrap(folder, [
      'bash',
      'curl',
      'bind9-dnsutils',
      'python3',
      'openssh-client',
      'iproute2',
      'procps',
      'ca-certificates',
    ]);
    writeFileSync(done, '');
  }
  return folder;
}

export function programsFolder(): string {
  const folder = join(cacheFolder(), 'programs');
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function debootstrap(folder: string, packages: readonly string[]): Promise<void> {
  const sources = SOURCES.find(existsSync);
  if (sources === undefined) throw new Error(`none of ${SOURCES.join(', ')} names where packages come from`);
  const include = packages.length > 0 ? [`--include=${packages.join(',')}`] : [];
  await mustRun('mmdebstrap', ['--variant=minbase', '--mode=root', ...include, '', folder, sources]);
  writeFileSync(join(folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

/** The layer of a program on top of the root system: what its packages and its setup changed. */
export async function programLayer(base: RootSystem, program: Program): Promise<string> {
  const layer = join(programsFolder(), `${program.name}-${program.digest}.tar`);
  if (existsSync(layer)) return layer;
  const work = join(programsFolder(), `making-${program.name}`);
  rmSync(work, { recursive: true, force: true });
  for (const name of ['upper', 'work', 'merged']) mkdirSync(join(work, name), { recursive: true });
  await mustRun('unshare', [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-euc',
    MAKE,
    'sh',
    work,
    base.folder,
    script(program),
  ]);
  await markRemovals(work);
  await pack(join(work, 'upper'), layer);
  rmSync(work, { recursive: true, force: true });
  return layer;
}

/** In namespaces of its own, so that the mounts end with it. Downloads are kept out of the layer. */
const MAKE = `
work=$1 base=$2 script=$3
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/work" "$work/merged"
root=$work/merged
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for folder in var/cache/apt var/lib/apt/lists; do
  mkdir -p "$work/../$folder/partial"
  mount --bind "$work/../$folder" "$root/$folder"
done
mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
chroot "$root" /bin/bash -euc "$script" < /dev/null
cd "$work/upper"
find . -type d | while read -r folder; do
  if [ ! -d "$base/$folder" ]; then continue; fi
  ls -A "$base/$folder" | while read -r name; do
    if [ ! -e "$root/$folder/$name" ] && [ ! -L "$root/$folder/$name" ]; then echo "$folder/$name"; fi
  done
done > "$work/removed"
`;

function script({ install, preinstall, setup }: Program): string {
  return [
    'export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root',
    'flock /var/cache/apt/rootlock sh -c "test -e /var/lib/apt/lists/updated || { apt-get -q update && touch /var/lib/apt/lists/updated; }"',
    ...preinstall,
    `flock /var/cache/apt/rootlock apt-get -q install -y --no-install-recommends -o Binary::apt::APT::Keep-Downloaded-Packages=true ${install.join(' ')}`,
    ...setup,
  ].join('\n');
}

/** What overlayfs marks by devices and attributes, an image layer marks by names (OCI image specification, "Layer"). */
async function markRemovals(work: string): Promise<void> {
  await mustRun('sh', ['-euc', MARK, 'sh', work]);
}

const MARK = `
cd "$1/upper"
rm -rf etc/resolv.conf var/cache/apt var/lib/apt/lists dev proc
find . -type c -exec sh -c 'test "$(stat -c %t,%T "$1")" = 0,0 && rm "$1"' sh {} \\;
while read -r file; do
  if [ -d "$(dirname "$file")" ]; then : > "$(dirname "$file")/.wh.$(basename "$file")"; fi
done < "$1/removed"
`;

async function pack(folder: string, file: string): Promise<void> {
  await mustRun('tar', [
    '--create',
    '--numeric-owner',
    '--sort=name',
    '--file',
    `${file}.part`,
    '--directory',
    folder,
    '.',
  ]);
  renameSync(`${file}.part`, file);
}
