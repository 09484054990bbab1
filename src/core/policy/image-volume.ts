import { finding, type Rule } from './rule.ts';

/** containerd leaves out a VOLUME only where the pod mounts the very same path (internal/cri/server, volumeMounts). */
export const imageVolume: Rule = ({ container, imageVolumes }) => {
  if (imageVolumes.length === 0) return [];
  const mounted = new Set(container.mounts.map(({ path }) => path));
  const writable = imageVolumes.filter((path) => !mounted.has(path));
  if (writable.length === 0) return [];
  return [
    finding(
      container,
      'image-volume',
      `the image's VOLUME ${writable.join(', ')} stays writable, and what is written there is lost with the ` +
        'container: mount a PersistentVolumeClaim there if it has to last',
    ),
  ];
};
