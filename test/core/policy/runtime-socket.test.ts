import { describe, expect, test } from '@jest/globals';
import { runtimeSocket } from '../../../src/core/policy/runtime-socket.ts';
import { mountingHost } from '../../support/pod-facts.ts';

const READ_ONLY = { readOnly: true };

describe('runtimeSocket', () => {
  test.each([
    { path: '/var/run/docker.sock', owner: 'Docker' },
    { path: '/run/docker.sock', owner: 'Docker' },
    { path: '/run/containerd/containerd.sock', owner: 'containerd' },
    { path: '/run/k3s/containerd/containerd.sock', owner: 'containerd' },
    { path: '/run/k0s/containerd.sock', owner: 'containerd' },
    { path: '/var/snap/microk8s/common/run/containerd.sock', owner: 'containerd' },
    { path: '/var/run/crio/crio.sock', owner: 'CRI-O' },
    { path: '/var/run/cri-dockerd.sock', owner: 'cri-dockerd' },
    { path: '/run/podman/podman.sock', owner: 'Podman' },
    { path: '/run/dbus/system_bus_socket', owner: 'systemd' },
    { path: '/run/systemd/private', owner: 'systemd' },
  ])('finds $path, read-only or not', ({ path, owner }) => {
    const want = [
      {
        key: 'runtime-socket',
        severity: 'high',
        container: 'app',
        message:
          `hostPath ${path} is the socket of ${owner}, which runs anything on the node for it, ` +
          'even where the mount is read-only: remove the mount',
      },
    ];
    const nonRoot = { spec: { securityContext: { runAsNonRoot: true } } };
    expect(runtimeSocket(mountingHost({ path, type: 'Socket' }))).toEqual(want);
    expect(runtimeSocket(mountingHost({ path }, READ_ONLY, nonRoot))).toEqual(want);
  });

  test.each(['/', '/run', '/var/run', '/run/containerd', '/run/crio', '/var', '/var/snap'])(
    'finds the sockets in a read-only %s for a container that may be root',
    (path) => {
      const [found, ...more] = runtimeSocket(mountingHost({ path }, READ_ONLY));
      expect(more).toEqual([]);
      expect(found).toMatchObject({ key: 'runtime-socket', severity: 'high', container: 'app' });
      expect(found?.message).toContain(`hostPath ${path} holds sockets that run anything on the node (/`);
    },
  );

  test.each([
    { may: true, spec: {}, security: {} },
    { may: true, spec: { securityContext: { runAsUser: 0 } }, security: {} },
    { may: true, spec: { securityContext: { runAsUser: 1000 } }, security: { runAsUser: 0 } },
    { may: true, spec: { securityContext: { runAsNonRoot: true } }, security: { runAsNonRoot: false } },
    { may: false, spec: { securityContext: { runAsUser: 1000 } }, security: {} },
    { may: false, spec: { securityContext: { runAsNonRoot: true } }, security: {} },
    { may: false, spec: {}, security: { runAsUser: 65534 } },
    { may: false, spec: { securityContext: null }, security: { runAsNonRoot: true } },
  ])(
    'holds that a container with $security in a pod with $spec may be root: $may',
    ({ may, spec, security }) => {
      const facts = mountingHost({ path: '/run' }, READ_ONLY, {
        spec,
        container: { securityContext: security },
      });
      expect(runtimeSocket(facts).length > 0).toBe(may);
    },
  );

  test.each(['/etc', '/run/app', '/var/lib/kubelet', '/run/docker.sock.d', 'C:\\'])(
    'finds nothing in %s',
    (path) => {
      expect(runtimeSocket(mountingHost({ path }))).toEqual([]);
    },
  );
});
