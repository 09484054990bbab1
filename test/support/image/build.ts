import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../control-plane/programs.ts';
import { temporaryFolder } from '../control-plane/temporary-folder.ts';
import { mustRun } from '../node/run.ts';
import { makeBuildTools, makeNodeSystem } from './base-systems.ts';
import { lockFile, npmCache, npmRegistry } from './npm.ts';
import { imageObstacles } from './requirements.ts';

export type BuiltImage = {
  /** A docker-archive, as `docker load` and `ctr images import` take it. */
  readonly file: string;
  /** The image that the chart installs by default. */
  readonly name: string;
  /** Of the archive: all layers, not compressed. */
  readonly bytes: number;
};

const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the image is made from: the Dockerfile, and what .dockerignore lets through. */
const SOURCES = [
  'Dockerfile',
  '.dockerignore',
  '.npmrc',
  'LICENSE',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  '{src,builtin,examples}/**/*.*',
  'crds/*.yaml',
];

/**
 * Builds the image from our Dockerfile without a container engine, on a base of this machine's own node, and without
 * a network once npm's packages are cached. What was built is kept as long as nothing of it changes.
 */
export async function buildImage(): Promise<BuiltImage> {
  const found = imageObstacles();
  if (found.length > 0) throw new Error(`the image cannot be built here:\n- ${found.join('\n- ')}`);
  const name = `ghcr.io/rootlock/rootlock:${version()}`;
  await mkdir(cacheFolder(), { recursive: true });
  const file = join(cacheFolder(), `image-${digestOfSources().slice(0, 12)}.tar`);
  if (!existsSync(file)) await build(name, file);
  return { file, name, bytes: statSync(file).size };
}

async function build(name: string, file: string): Promise<void> {
  const folder = temporaryFolder('rootlock-image-');
  try {
    const storage = ['--storage-driver=vfs', `--root=${folder.path}/storage`, `--runroot=${folder.path}/run`];
    const buildah = (...args: readonly string[]) => mustRun('buildah', [...storage, ...args]);
    const bases = await makeBases(folder.path, buildah);
    const npmrc = join(folder.path, 'npmrc');
    await writeFile(npmrc, `registry=${await npmRegistry()}\noffline=true\ncache=/npm-cache\n`);
    const digest = createHash('sha256').update(lockFile(CHECKOUT)).digest('hex');
    await buildah(
      'build',
      '--isolation=chroot',
      '--network=host',
      '--pull-never',
      `--build-arg=NODE_IMAGE=${bases.build}`,
      `--build-arg=BASE=${bases.node}`,
      `--build-arg=VERSION=${version()}`,
      `--volume=${await npmCache(CHECKOUT, digest)}:/npm-cache:rw`,
      `--volume=${npmrc}:/root/.npmrc:ro`,
      `--tag=${name}`,
      CHECKOUT,
    );
    const archive = join(folder.path, 'image.tar');
    await buildah('push', '--quiet', name, `docker-archive:${archive}:${name}`);
    await forgetOlder();
    await mustRun('mv', [archive, `${file}.new`]);
    await rename(`${file}.new`, file);
  } finally {
    await folder.remove();
  }
}

async function makeBases(folder: string, buildah: (...args: readonly string[]) => Promise<string>) {
  const systems = { node: join(folder, 'node'), tools: join(folder, 'tools') };
  await makeNodeSystem(systems.node);
  await makeBuildTools(systems.tools);
  const images = { node: 'localhost/rootlock-test/node', build: 'localhost/rootlock-test/build' };
  const container = (await buildah('from', 'scratch')).trim();
  await buildah('copy', '--quiet', container, systems.node, '/');
  await buildah('commit', '--quiet', container, images.node);
  await buildah('copy', '--quiet', container, systems.tools, '/');
  await buildah('commit', '--quiet', '--rm', container, images.build);
  return images;
}

/** One image is some 180 MB: those of earlier sources are of no use any more. */
async function forgetOlder(): Promise<void> {
  for (const old of globSync('image-*.tar*', { cwd: cacheFolder() })) await rm(join(cacheFolder(), old));
}

function digestOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of globSync(SOURCES, { cwd: CHECKOUT }).toSorted()) {
    hash.update(`${path}\0`).update(readFileSync(join(CHECKOUT, path)));
  }
  return hash.digest('hex');
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
  return manifest.version;
}

if (import.meta.main) {
  const { file, name, bytes } = await buildImage();
  process.stdout.write(`${name}: ${Math.round(bytes / 1e6)} MB in ${file}\n`);
}
