import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { programOnPath } from './requirements.ts';
import { mustRun } from './run.ts';

/** A layer of an image: a tar archive. */
export type Layer = { readonly file: string; readonly digest: string };

/** What an image says about how to run it: the `config` of the OCI image specification. */
export type ImageConfig = {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
};

export type Image = {
  /** In full, as the kubelet normalises it: `docker.io/library/nginx:1.27`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly config?: ImageConfig;
};

/** Makes a layer of all that is in a folder, with owners and modes as they are there. */
export async function layerOf(folder: string, into: string): Promise<Layer> {
  const unnamed = join(await mkdtemp(join(into, 'layer-')), 'layer.tar');
  await mustRun('tar', [
    '--create',
    '--numeric-owner',
    '--sort=name',
    '--file',
    unnamed,
    '--directory',
    folder,
    '.',
  ]);
  return { file: unnamed, digest: await digestOf(unnamed) };
}

/** Writes an image as `docker save` does, for `ctr images import`; layers may be shared between images. */
export async function writeImageArchive({ name, layers, config = {} }: Image, file: string): Promise<void> {
  const folder = await mkdtemp(`${file}-`);
  const configuration = JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
  });
  const configName = `${createHash('sha256').update(configuration).digest('hex')}.json`;
  await writeFile(join(folder, configName), configuration);
  for (const { file: layer, digest } of layers) await symlink(layer, join(folder, `${digest}.tar`));
  const manifest = [
    { Config: configName, RepoTags: [name], Layers: layers.map(({ digest }) => `${digest}.tar`) },
  ];
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await mustRun('tar', ['--create', '--dereference', '--file', file, '--directory', folder, '.']);
  await rm(folder, { recursive: true });
}

/** A small system in one layer: busybox under all its names, root and nobody, a /tmp for everyone. */
export async function busyboxLayer(into: string): Promise<Layer> {
  const root = await mkdtemp(join(into, 'busybox-'));
  await chmod(root, 0o755);
  const busybox = programOnPath('busybox');
  for (const name of ['bin', 'etc', 'root', 'tmp', 'var', 'var/tmp', 'run']) await mkdir(join(root, name));
  for (const name of ['tmp', 'var/tmp']) await chmod(join(root, name), 0o1777);
  await copyFile(busybox, join(root, 'bin/busybox'));
  for (const applet of (await mustRun(busybox, ['--list'])).trim().split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  }
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  return layerOf(root, into);
}

/** The names of OCI images for what Node calls by its own. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
