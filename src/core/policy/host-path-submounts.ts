import { isWithin } from '../container-path.ts';
import { hostMounts, nodePaths } from './host-mounts.ts';
import { finding, type Rule } from './rule.ts';

/** Directories of a node where other file systems are mounted: pods' volumes, containers' roots, cgroups. */
const MOUNTED = nodePaths([
  '/dev/shm',
  '/run',
  '/sys/fs/cgroup',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/kubelet/pods',
]);

/** `readOnly: true` says nothing of the mounts below; `recursiveReadOnly` does (KEP-3857, Kubernetes 1.33). */
export const hostPathSubmounts: Rule = ({ container, pod }) =>
  hostMounts(container, pod)
    .filter(({ mount, recursivelyReadOnly }) => mount.readOnly && !recursivelyReadOnly)
    .filter(({ hostPath }) => hostPath !== undefined && MOUNTED.some((each) => isWithin(each, hostPath)))
    .map(({ mount, text }) =>
      finding(
        container,
        'host-path-submounts',
        `hostPath ${text} is read-only at ${mount.path}, but not the mounts below it: ` +
          'set recursiveReadOnly: Enabled and no mountPropagation on it, or mount a narrower directory',
      ),
    );
