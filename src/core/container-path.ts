declare const checked: unique symbol;

/** An absolute, clean path inside a container: no `.`, no `..`, no doubled or trailing slash. `/` is one. */
export type ContainerPath = string & { readonly [checked]: true };

/** Cleans an absolute path as path.Clean does; undefined where it is not absolute or holds a NUL or `:`. */
export function parseContainerPath(text: string): ContainerPath | undefined {
  if (!text.startsWith('/') || text.includes('\0') || text.includes(':')) return undefined;
  if (!text.includes('//') && !text.includes('/.') && !text.endsWith('/')) return text as ContainerPath;
  const segments: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  return `/${segments.join('/')}` as ContainerPath;
}

/** True where `path` is `ancestor` or lies below it. */
export function isWithin(path: ContainerPath, ancestor: ContainerPath): boolean {
  return (
    path === ancestor || ancestor === '/' || (path.startsWith(ancestor) && path[ancestor.length] === '/')
  );
}

/** True where `path` lies below `ancestor` and is not it. */
export function isBelow(path: ContainerPath, ancestor: ContainerPath): boolean {
  return path !== ancestor && isWithin(path, ancestor);
}

const LINKED = [
  { link: '/var/run', within: '/var/run/', target: '/run' },
  { link: '/var/lock', within: '/var/lock/', target: '/run/lock' },
] as const;

/**
 * The directory that a path names where /var/run and /var/lock are the usual symbolic links (FHS 3.0, 5.9
 * and 5.13). Two paths with one real path are one mount.
 */
export function realPath(path: ContainerPath): ContainerPath {
  if (!path.startsWith('/var/')) return path;
  for (const { link, within, target } of LINKED) {
    if (path === link || path.startsWith(within)) {
      return `${target}${path.slice(link.length)}` as ContainerPath;
    }
  }
  return path;
}
