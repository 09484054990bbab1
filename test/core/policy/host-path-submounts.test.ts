import { describe, expect, test } from '@jest/globals';
import { hostPathSubmounts } from '../../../src/core/policy/host-path-submounts.ts';
import { mountingHost } from '../../support/pod-facts.ts';

describe('hostPathSubmounts', () => {
  test.each([
    '/',
    '/dev',
    '/run',
    '/var/run',
    '/sys',
    '/sys/fs/cgroup',
    '/var',
    '/var/lib',
    '/var/lib/kubelet',
  ])('finds the mounts below a read-only %s', (path) => {
    const facts = mountingHost({ path }, { readOnly: true, mountPropagation: 'HostToContainer' });
    expect(hostPathSubmounts(facts)).toEqual([
      {
        key: 'host-path-submounts',
        severity: 'medium',
        container: 'app',
        message:
          `hostPath ${path} is read-only at /host, but not the mounts below it: ` +
          'set recursiveReadOnly: Enabled and no mountPropagation on it, or mount a narrower directory',
      },
    ]);
  });

  test('finds them where the runtime may leave out recursiveReadOnly', () => {
    const mount = { readOnly: true, recursiveReadOnly: 'IfPossible' };
    expect(hostPathSubmounts(mountingHost({ path: '/' }, mount))).toHaveLength(1);
  });

  test.each([
    {
      why: 'a recursively read-only mount',
      facts: mountingHost({ path: '/' }, { readOnly: true, recursiveReadOnly: 'Enabled' }),
    },
    {
      why: 'the same with an unclean path',
      facts: mountingHost(
        { path: '/' },
        { mountPath: '/host/', readOnly: true, recursiveReadOnly: 'Enabled' },
      ),
    },
    { why: 'a writable mount, which host-path tells', facts: mountingHost({ path: '/' }) },
    {
      why: 'a directory with no mounts below',
      facts: mountingHost({ path: '/etc/ssl' }, { readOnly: true }),
    },
    { why: 'a path that cannot be understood', facts: mountingHost({ path: 'C:\\' }, { readOnly: true }) },
  ])('finds nothing in $why', ({ facts }) => {
    expect(hostPathSubmounts(facts)).toEqual([]);
  });
});
