import { type ContainerPath, isWithin, parseContainerPath, realPath } from '../container-path.ts';

/** Why a failed write is not about the root file system, as a sentence whose subject is the path. */
export const NOT_ABOUT_ROOT = {
  'kernel-file-system': 'is in a file system of the kernel, whatever the root is',
  'declared-mount': 'is in a volume of the pod',
  'writable-root': 'is on a root file system that is writable',
  'already-mounted': 'is in a volume that Rootlock mounts already',
  'image-volume': 'is in a VOLUME of the image, of which the runtime mounts a writable copy',
} as const satisfies Record<string, string>;

export type NotAboutRootReason = keyof typeof NOT_ABOUT_ROOT;

/** What the path itself and the pod's volumes tell: `mounts` are where these are mounted. */
export function outsideRoot(
  path: ContainerPath,
  mounts: readonly ContainerPath[],
): 'kernel-file-system' | 'declared-mount' | undefined {
  if (isWithinAny(path, KERNEL)) return 'kernel-file-system';
  return PROJECTED.test(path) || isWithinAny(path, mounts) ? 'declared-mount' : undefined;
}

/** A mount at `/` is none: it would hide the image. */
export function isWithinAny(path: ContainerPath, tops: readonly ContainerPath[]): boolean {
  const real = realPath(path);
  return tops.some((top) => top !== '/' && isWithin(real, realPath(top)));
}

const KERNEL = ['/proc', '/sys', '/dev'].flatMap((path) => parseContainerPath(path) ?? []);

/** What the kubelet writes into configMap, secret, downwardAPI and projected volumes (kubernetes pkg/volume/util/atomic_writer.go). */
const PROJECTED = /\/\.\.(?:data|data_tmp|\d{4}_\d\d_\d\d_[\d_.]+)(?:\/|$)/;

/** The mount point of the volume that such a path lies in. */
export function projectedVolume(path: ContainerPath): ContainerPath | undefined {
  const at = path.search(PROJECTED);
  return at > 0 ? parseContainerPath(path.slice(0, at)) : undefined;
}
