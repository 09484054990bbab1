import { blockedPath } from '../catalog/blocked-paths.ts';
import { type ContainerPath, isWithin, parseContainerPath, realPath } from '../container-path.ts';
import type { FailingCall, Strength } from './evidence.ts';
import { hasRandomPart } from './random-name.ts';

export type Failure = {
  readonly path: ContainerPath;
  readonly call: FailingCall;
  readonly strength: Strength;
};

/**
 * The directory to mount so that a write works; `/` where only a mount at the root would help.
 *
 * A failure that says EROFS proves that all parents of the path are in the image (a missing parent is ENOENT),
 * so only its last name can be random; other shapes prove nothing, and are cut at the first random name.
 */
export function directoryFor({ path, call, strength }: Failure): ContainerPath {
  const scratch = SCRATCH.find((directory) => isWithin(path, directory));
  if (scratch !== undefined) return scratch;
  const cache = CACHES.exec(path)?.[0];
  if (cache !== undefined) return toPath(cache);
  const stable = strength === 'named' ? path : cutAtRandomName(path);
  const parent = parentOf(stable);
  if (stable !== path) return stable;
  switch (call) {
    case 'write-file':
      return parent;
    case 'make-directory':
      return hasRandomPart(nameOf(path)) || holdsState(parent) ? parent : path;
    case 'use-directory':
      return looksLikeFile(path) || hasRandomPart(nameOf(path)) ? parent : path;
    case 'change-attributes':
      return looksLikeFile(path) || holdsState(parent) ? parent : path;
    case 'unknown':
      return looksLikeFile(path) || hasRandomPart(nameOf(path)) || holdsState(parent) ? parent : path;
  }
}

/** What a mount at the directory itself serves best, however deep the path. */
const SCRATCH: readonly ContainerPath[] = paths('/tmp', '/var/tmp', '/usr/tmp');

/** Caches whose files are renamed from one directory of theirs to another: one mount must hold all of them. */
const CACHES =
  /^.*?\/(?:\.cache\/[^/]+|go\/pkg(?=\/mod\/)|\.cargo\/registry|\.(?:bundle|composer|gradle|ivy2|m2|npm|nuget|pub-cache|sbt))(?=\/)/;

/** Trees in which each program has a directory of its own for what it writes: `/var/lib/nginx`. */
const STATE_TREES: readonly ContainerPath[] = paths(
  '/run',
  '/var/cache',
  '/var/db',
  '/var/lib',
  '/var/log',
  '/var/opt',
  '/var/spool',
);

/** True below a program's own state directory: a mount there serves its next directories as well. */
function holdsState(directory: ContainerPath): boolean {
  const real = realPath(directory);
  return STATE_TREES.some((tree) => real !== tree && isWithin(real, tree)) && blockedPath(real) === undefined;
}

/** Files without an extension that servers write; `.x` in a home directory may be either, so it must be listed. */
const FILE_NAMES =
  /^(?:passwd|g?shadow|group|hosts|hostname|localtime|os-release|timezone|mtab|adjtime|machine-id|aliases|crontab|fstab|lock|pid|error|access|syslog|messages|lastlog|[wub]tmp|faillog|core|nohup\.out|RUNNING_PID|README|LICENSE|CURRENT|LOCK|VERSION|\.(?:\w+rc|profile|bash\w*|\w*_?history|netrc|pgpass|my\.cnf|rnd|erlang\.cookie|pgpass|viminfo|gitconfig|git-credentials|env|touch|lock|pid|keep)|known_hosts|authorized_keys|id_\w+)$/;

/** True where the name tells a file; dotted directories (`conf.d`, `.cache`, `python3.11`) do not count. */
function looksLikeFile(path: ContainerPath): boolean {
  const name = nameOf(path);
  // `.kube/config` and `.git/config` are files, `/app/config` is none.
  if (FILE_NAMES.test(name) || /\/\.\w+\/config$/.test(path)) return true;
  return /[^.]\.[A-Za-z][\w~-]{0,11}(?:\.\d+)*$/.test(name) && !/\.(?:d|app|git|cache|data|dir)$/.test(name);
}

function cutAtRandomName(path: ContainerPath): ContainerPath {
  const names = path.split('/');
  const random = names.findIndex(hasRandomPart);
  return random === -1 ? path : toPath(names.slice(0, random).join('/'));
}

export function parentOf(path: ContainerPath): ContainerPath {
  return toPath(path.slice(0, path.lastIndexOf('/')));
}

function nameOf(path: ContainerPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function paths(...texts: readonly string[]): ContainerPath[] {
  return texts.map(toPath);
}

/** A part of a clean path is clean. */
function toPath(text: string): ContainerPath {
  const path = parseContainerPath(text === '' ? '/' : text);
  if (path === undefined) throw new Error(`expected an absolute path, found ${text}`);
  return path;
}
