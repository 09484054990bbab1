import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../control-plane/programs.ts';
import { temporaryFolder } from '../control-plane/temporary-folder.ts';
import { layerOf, writeImageArchive } from '../node/image.ts';
import { mustRun } from '../node/run.ts';
import { locate } from '../programs-on-path.ts';

/** The name of the official image, which the built-in profile is for. */
export const NGINX_IMAGE = 'docker.io/library/nginx:1.27';
export const NGINX_PAGE = 'served by a real nginx\n';

/** Debian's nginx, told to keep its files where the official image keeps them. */
const CONFIGURATION = `
daemon off;
user nobody nogroup;
worker_processes 1;
pid /var/run/nginx.pid;
error_log /var/log/nginx/error.log notice;
events {}
http {
  access_log /var/log/nginx/access.log;
  client_body_temp_path /var/cache/nginx/client_temp;
  proxy_temp_path /var/cache/nginx/proxy_temp;
  fastcgi_temp_path /var/cache/nginx/fastcgi_temp;
  uwsgi_temp_path /var/cache/nginx/uwsgi_temp;
  scgi_temp_path /var/cache/nginx/scgi_temp;
  server {
    listen 80;
    root /usr/share/nginx/html;
  }
}
`;

const FILES: Readonly<Record<string, string>> = {
  'etc/nginx/nginx.conf': CONFIGURATION,
  'etc/passwd': 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'usr/share/nginx/html/index.html': NGINX_PAGE,
};

/** As the official image has them: logs go to the container's output, and /var/run is /run. */
const LINKS: Readonly<Record<string, string>> = {
  'var/log/nginx/access.log': '/dev/stdout',
  'var/log/nginx/error.log': '/dev/stderr',
  'var/run': '/run',
};
const FOLDERS = ['run', 'proc', 'sys', 'var/cache/nginx', 'var/log/nginx', 'usr/share/nginx/html'];
const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** A docker-archive of it, kept as long as nothing of the recipe changes. Needs root, and Debian's mmdebstrap. */
export async function nginxImage(): Promise<string> {
  const recipe = createHash('sha256').update(JSON.stringify([FILES, LINKS, FOLDERS]));
  const file = join(cacheFolder(), `nginx-${recipe.digest('hex').slice(0, 12)}.tar`);
  if (!existsSync(file)) await make(file);
  return file;
}

async function make(file: string): Promise<void> {
  if (locate('mmdebstrap') === undefined) {
    throw new Error('the image of nginx cannot be made here: apt-get install mmdebstrap');
  }
  const sources = SOURCES.find(existsSync);
  if (sources === undefined) throw new Error(`none of ${SOURCES.join(', ')} names where packages come from`);
  const folder = temporaryFolder('rootlock-nginx-');
  const root = join(folder.path, 'root');
  try {
    // The packages' files alone: nginx needs nothing that their scripts do.
    await mustRun('mmdebstrap', ['--variant=extract', '--mode=root', '--include=nginx', '', root, sources]);
    await finish(root);
    const layer = await layerOf(root, folder.path);
    const config = { Entrypoint: ['/usr/sbin/nginx'] };
    const made = join(folder.path, 'nginx.tar');
    await writeImageArchive({ name: NGINX_IMAGE, layers: [layer], config }, made);
    await mkdir(cacheFolder(), { recursive: true });
    for (const old of globSync('nginx-*.tar*', { cwd: cacheFolder() })) await rm(join(cacheFolder(), old));
    await mustRun('mv', [made, `${file}.new`]);
    await rename(`${file}.new`, file);
  } finally {
    await folder.remove();
  }
}

async function finish(root: string): Promise<void> {
  for (const path of ['dev', 'var/run', 'var/log/nginx', 'etc/nginx/sites-enabled']) {
    await rm(join(root, path), { recursive: true, force: true });
  }
  for (const path of [...FOLDERS, 'dev']) await mkdir(join(root, path), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(root, path), text);
  for (const [path, to] of Object.entries(LINKS)) await symlink(to, join(root, path));
  await chmod(root, 0o755);
}
