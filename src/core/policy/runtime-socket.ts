import { isWithin } from '../container-path.ts';
import { type HostMount, hostMounts, nodePaths } from './host-mounts.ts';
import { finding, type Rule } from './rule.ts';
import { mayRunAsRoot } from './run-as.ts';

/** Where container runtimes, and systemd, listen for orders on a node; /var/run is /run (each project's defaults). */
const SOCKETS: Readonly<Record<string, string>> = {
  '/run/containerd/containerd.sock': 'containerd',
  '/run/k3s/containerd/containerd.sock': 'containerd',
  '/run/k0s/containerd.sock': 'containerd',
  '/var/snap/microk8s/common/run/containerd.sock': 'containerd',
  '/run/crio/crio.sock': 'CRI-O',
  '/run/docker.sock': 'Docker',
  '/run/cri-dockerd.sock': 'cri-dockerd',
  '/run/podman/podman.sock': 'Podman',
  '/run/dbus/system_bus_socket': 'systemd',
  '/run/systemd/private': 'systemd',
};
const SOCKET_PATHS = nodePaths(Object.keys(SOCKETS));

/**
 * A read-only mount does not keep anyone from connecting to a socket: the kernel asks whether a mount is read-only
 * for files, directories and links alone (fs/namei.c, sb_permission).
 */
export const runtimeSocket: Rule = ({ container, pod }) =>
  hostMounts(container, pod).flatMap((host) => {
    const owner = socketOwner(host);
    if (owner !== undefined) {
      return [
        finding(
          container,
          'runtime-socket',
          `hostPath ${host.text} is the socket of ${owner}, which runs anything on the node for it, ` +
            'even where the mount is read-only: remove the mount',
        ),
      ];
    }
    const held = socketWithin(host);
    if (held === undefined || !mayRunAsRoot(container, pod)) return [];
    return [
      finding(
        container,
        'runtime-socket',
        `hostPath ${host.text} holds sockets that run anything on the node (${held}), even where the mount is ` +
          'read-only: mount a narrower directory, or set runAsNonRoot: true',
      ),
    ];
  });

/** True for a mount of such a socket itself. */
export function isRuntimeSocket(host: HostMount): boolean {
  return socketOwner(host) !== undefined;
}

function socketOwner({ hostPath }: HostMount): string | undefined {
  return hostPath !== undefined && Object.hasOwn(SOCKETS, hostPath) ? SOCKETS[hostPath] : undefined;
}

function socketWithin({ hostPath }: HostMount): string | undefined {
  if (hostPath === undefined) return undefined;
  return SOCKET_PATHS.find((socket) => isWithin(socket, hostPath));
}
