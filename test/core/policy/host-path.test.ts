import { describe, expect, test } from '@jest/globals';
import { hostPath } from '../../../src/core/policy/host-path.ts';
import { judged, mountingHost } from '../../support/pod-facts.ts';

const GOVERNING = [
  '/',
  '/bin',
  '/boot/grub',
  '/dev',
  '/etc',
  '/etc/cron.d/',
  '/etc/kubernetes/manifests',
  '/home',
  '/lib/modules',
  '/opt/cni/bin',
  '/proc/sys',
  '/root/.ssh',
  '/run',
  '/var/run',
  '/sys/fs/cgroup',
  '/usr/local/bin',
  '/var',
  '/var/lib',
  '/var/lib/kubelet',
  '/var/lib/kubelet/pods/x',
  '/var/lib/etcd',
  '/var/lib/rancher/k3s/server/manifests',
  '/var/spool/cron',
];

describe('hostPath', () => {
  test.each(GOVERNING)('finds a writable %s to govern the node', (path) => {
    expect(hostPath(mountingHost({ path }))).toEqual([
      {
        key: 'host-path',
        severity: 'high',
        container: 'app',
        message:
          `hostPath ${path} is writable at /host, and the node runs what is written there: ` +
          'remove the mount, or set readOnly: true on it',
      },
    ]);
  });

  test.each(['/data', '/var/log/pods', '/mnt/disk1', '/etcetera', '/tmp', 'C:\\data', ''])(
    'finds a writable %j to stay on the node',
    (path) => {
      expect(hostPath(mountingHost({ path, type: 'DirectoryOrCreate' }))).toEqual([
        {
          key: 'host-path',
          severity: 'medium',
          container: 'app',
          message:
            `hostPath ${path} is writable at /host, and stays on the node: ` +
            'set readOnly: true on the mount, or use a PersistentVolumeClaim',
        },
      ]);
    },
  );

  test.each([
    { why: 'a read-only mount', facts: mountingHost({ path: '/etc' }, { readOnly: true }) },
    { why: 'a socket', facts: mountingHost({ path: '/var/lib/app/app.sock', type: 'Socket' }) },
    { why: 'a character device', facts: mountingHost({ path: '/dev/fuse', type: 'CharDevice' }) },
    { why: 'a block device', facts: mountingHost({ path: '/dev/sdb', type: 'BlockDevice' }) },
    {
      why: 'the socket of a runtime, which runtime-socket tells',
      facts: mountingHost({ path: '/var/run/docker.sock' }),
    },
    {
      why: 'a volume of another kind',
      facts: judged({
        container: { volumeMounts: [{ name: 'x', mountPath: '/x' }] },
        spec: { volumes: [{ name: 'x', emptyDir: {} }] },
      }),
    },
    {
      why: 'a volume that nobody mounts',
      facts: judged({ spec: { volumes: [{ name: 'node', hostPath: { path: '/' } }] } }),
    },
    {
      why: 'a mount of no volume',
      facts: judged({ container: { volumeMounts: [{ name: 'x', mountPath: '/x' }] } }),
    },
    {
      why: 'a malformed source',
      facts: judged({
        container: { volumeMounts: [{ name: 'x', mountPath: '/x' }] },
        spec: { volumes: [{ name: 'x', hostPath: '/' }] },
      }),
    },
    {
      why: 'a block device of a claim',
      facts: judged({
        container: { volumeDevices: [{ name: 'x', devicePath: '/dev/x' }] },
        spec: { volumes: [{ name: 'x', hostPath: { path: '/' } }] },
      }),
    },
  ])('finds nothing in $why', ({ facts }) => {
    expect(hostPath(facts)).toEqual([]);
  });

  test('finds each mount of one volume', () => {
    const facts = judged({
      container: {
        volumeMounts: [
          { name: 'node', mountPath: '/host/etc', subPath: 'etc' },
          { name: 'node', mountPath: '/host/var', subPath: 'var' },
          { name: 'node', mountPath: '/host/ro', readOnly: true },
        ],
      },
      spec: { volumes: [{ name: 'node', hostPath: { path: '/' } }] },
    });
    expect(hostPath(facts)).toHaveLength(2);
  });
});
