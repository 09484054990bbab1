import { chmod, copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from '../node/run.ts';
import { locate } from '../programs-on-path.ts';
import { npmFolder } from './npm.ts';

/** A root file system with this machine's node, the libraries it asks for, and no shell: as distroless images are. */
export async function makeNodeSystem(root: string): Promise<void> {
  const node = process.execPath;
  await place(node, join(root, 'usr/local/bin/node'));
  await chmod(join(root, 'usr/local/bin/node'), 0o755);
  const linked = await mustRun('ldd', [node]);
  for (const [library] of linked.matchAll(/(?<=\s)\/\S+/g)) await place(library, join(root, library));
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
  await mkdir(join(root, 'etc'));
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
}

/** What is laid over it to build with: a shell, and this machine's npm. */
export async function makeBuildTools(root: string): Promise<void> {
  const busybox = locate('busybox') ?? '';
  await place(busybox, join(root, 'bin/busybox'));
  const applets = (await mustRun(busybox, ['--list'])).trim().split('\n');
  for (const applet of applets.filter((name) => name !== 'busybox')) {
    await symlink('busybox', join(root, 'bin', applet));
  }
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await symlink('/bin/env', join(root, 'usr/bin/env'));
  await cp(npmFolder(), join(root, 'usr/local/lib/npm'), { recursive: true, verbatimSymlinks: true });
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  await symlink('../lib/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await mkdir(join(root, 'root'));
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
