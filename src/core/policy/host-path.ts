import { isWithin } from '../container-path.ts';
import { type HostMount, hostMounts, nodePaths } from './host-mounts.ts';
import { finding, type Rule } from './rule.ts';
import { isRuntimeSocket } from './runtime-socket.ts';

/**
 * Directories of a node that it takes orders from: who may write there, runs programs on it. Sources: hier(7);
 * the kubelet's and the runtimes' default directories; CIS Kubernetes Benchmark, section 4.1.
 */
const GOVERNING = nodePaths([
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib32',
  '/lib64',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/usr',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/etcd',
  '/var/lib/kubelet',
  '/var/lib/rancher',
  '/var/spool/cron',
]);

/** A single file of these types is no part of a file system: what is behind it has rules of its own. */
const NO_FILES = ['Socket', 'CharDevice', 'BlockDevice'];

/** Writable directories and files of the node (Pod Security Standards, baseline: "HostPath Volumes"). */
export const hostPath: Rule = ({ container, pod }) =>
  hostMounts(container, pod)
    .filter(({ mount, type }) => !mount.readOnly && !NO_FILES.includes(type))
    .filter((host) => !isRuntimeSocket(host))
    .map((host) =>
      governs(host)
        ? finding(
            container,
            'host-path',
            `hostPath ${host.text} is writable at ${host.mount.path}, and the node runs what is written there: ` +
              'remove the mount, or set readOnly: true on it',
            'high',
          )
        : finding(
            container,
            'host-path',
            `hostPath ${host.text} is writable at ${host.mount.path}, and stays on the node: ` +
              'set readOnly: true on the mount, or use a PersistentVolumeClaim',
          ),
    );

/** `/var/lib` governs by what lies below it, `/etc/cron.d` by what lies above. */
function governs({ hostPath: path }: HostMount): boolean {
  return path !== undefined && GOVERNING.some((each) => isWithin(path, each) || isWithin(each, path));
}
