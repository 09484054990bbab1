import { type ContainerPath, parseContainerPath, realPath } from '../container-path.ts';
import { isArray, isObject, textOf } from '../json.ts';
import type { Container, Mount, Pod } from '../pod/pod.ts';

/** A hostPath volume as one container mounts it. */
export type HostMount = {
  readonly mount: Mount;
  /** The file or directory of the node; absent where the path cannot be understood. */
  readonly hostPath?: ContainerPath;
  /** As the pod says it, for sentences. */
  readonly text: string;
  /** The type the pod claims: '' where it claims none (HostPathType). */
  readonly type: string;
  /** Whether the mounts below are read-only too, which `readOnly` alone does not say (KEP-3857). */
  readonly recursivelyReadOnly: boolean;
};

/** The node's files and directories that a container mounts, its block devices aside. */
export function hostMounts(container: Container, pod: Pod): readonly HostMount[] {
  if (!pod.volumes.some(({ kind }) => kind === 'hostPath')) return [];
  const volumes = new Map(pod.volumes.map((volume) => [volume.name, volume]));
  return container.mounts.flatMap((mount) => {
    const volume = volumes.get(mount.volume);
    if (mount.device || volume?.kind !== 'hostPath' || !isObject(volume.source)) return [];
    const text = textOf(volume.source.path) ?? '';
    const parsed = parseContainerPath(text);
    return [
      {
        mount,
        ...(parsed && { hostPath: realPath(parsed) }),
        text,
        type: textOf(volume.source.type) ?? '',
        recursivelyReadOnly: mount.readOnly && recursive(container, mount),
      },
    ];
  });
}

function recursive(container: Container, mount: Mount): boolean {
  const { volumeMounts } = container.json;
  if (!isArray(volumeMounts)) return false;
  return volumeMounts.some(
    (json) =>
      isObject(json) &&
      json.recursiveReadOnly === 'Enabled' &&
      parseContainerPath(textOf(json.mountPath) ?? '') === mount.path,
  );
}

/** A list of the node's paths, /var/run named as /run. */
export function nodePaths(texts: readonly string[]): readonly ContainerPath[] {
  return texts.flatMap((text) => parseContainerPath(text) ?? []).map(realPath);
}
