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

const LINKED: readonly (readonly [link: string, target: string])[] = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
];

/**
 * The directory that a path names where /var/run and /var/lock are the usual symbolic links (FHS 3.0, 5.9
 * and 5.13). Two paths with one real path are one mount.
 */
export function realPath(path: ContainerPath): ContainerPath {
  for (const [link, target] of LINKED) {
    if (path === link || path.startsWith(`${link}/`)) {
      return `${target}${path.slice(link.length)}` as ContainerPath;
    }
  }
  return path;
}
