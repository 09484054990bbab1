import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, isWithin, parseContainerPath, realPath } from '../container-path.ts';
import { parentOf } from '../learning/directory-for.ts';
import type { MountTrouble } from '../learning/evidence.ts';
import { notMountable } from '../learning/not-mountable.ts';
import { dataClassOf } from './data-class.ts';
import { mountOf, type Remedy } from './remedy.ts';
import { isSharedDirectory } from './shared-directory.ts';

export type TroubleInput = {
  readonly effective: readonly ProfilePath[];
  /** Those of them that we wrote: only these can be taken away. */
  readonly own: readonly ProfilePath[];
  /** Where the pod itself mounts volumes. */
  readonly mounts: readonly ContainerPath[];
  readonly volumes: readonly ContainerPath[];
};

/**
 * What may help where a mount of ours broke the program.
 *
 * | it                                    | the mount was empty | its content was copied       |
 * |---------------------------------------|---------------------|------------------------------|
 * | misses files that the image ships     | copy them           | nothing helps                |
 * | minds the owner or the mode           | copy them           | mount the directory above    |
 * | renames across, or removes, the mount | mount above         | mount the directory above    |
 * | wants a file there                    | mount above         | mount the directory above    |
 * | finds a file of the run before        | nothing helps       | nothing helps                |
 */
export function troubleRemedies(trouble: MountTrouble, input: TroubleInput): readonly Remedy[] {
  if (trouble.path === undefined) return [];
  const mount = mountOf(trouble.path, input.effective);
  if (mount === undefined) return [];
  switch (trouble.cause) {
    case 'hidden-content':
      return copied(mount);
    case 'refused-mode':
      return mount.content === 'Empty' ? copied(mount) : widened(mount, input);
    case 'cross-mount':
    case 'file-wanted':
      return widened(mount, input);
    case 'stale-file':
      return [];
  }
}

function copied({ path, content }: ProfilePath): readonly Remedy[] {
  return content === 'Empty' ? [{ kind: 'copy', path }] : [];
}

function widened({ path }: ProfilePath, { own, mounts, volumes }: TroubleInput): readonly Remedy[] {
  const to = parentOf(path);
  const ours = own.some((each) => realPath(each.path) === realPath(path));
  const inTheWay = mounts.some((mount) => isWithin(realPath(to), realPath(mount)));
  if (!ours || inTheWay || holdsMuchElse(to) || notMountable(to) !== undefined) return [];
  const mount: ProfilePath = {
    path: to,
    medium: '',
    content: 'Copy',
    class: dataClassOf(to, volumes),
    description: `in place of ${path}, which the program cannot take as a mount`,
  };
  return [{ kind: 'widen', from: path, to: mount }];
}

/** What all programs share, but where little lies that is not the program's own. */
function holdsMuchElse(path: ContainerPath): boolean {
  return isSharedDirectory(path) && !SMALL.has(realPath(path));
}

const SMALL: ReadonlySet<string> = new Set(['/var/cache', '/var/log', '/var/spool']);

/** What runc says of a mount that cannot be made: the path is a file in the image (runc, rootfs_linux.go). */
const NOT_A_DIRECTORY = /mounting "[^"]*" to rootfs at "([^"]+)"[^\n]*not a directory/;

/** What the message of a container tells that could not even be started because of a mount. */
export function startTrouble(message: string): readonly MountTrouble[] {
  const path = parseContainerPath(NOT_A_DIRECTORY.exec(message)?.[1] ?? '');
  if (path === undefined) return [];
  return [
    { kind: 'mount-trouble', cause: 'file-wanted', path, shape: 'start-error', line: message.slice(0, 256) },
  ];
}
