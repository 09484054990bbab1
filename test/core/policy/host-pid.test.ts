import { describe, expect, test } from '@jest/globals';
import { hostPid } from '../../../src/core/policy/host-pid.ts';
import { judged } from '../../support/pod-facts.ts';

const PTRACE = { securityContext: { capabilities: { add: ['SYS_PTRACE'] } } };
const ALL = { securityContext: { capabilities: { add: ['ALL'] } } };
const PRIVILEGED = { securityContext: { privileged: true } };

describe('hostPid', () => {
  test.each([{ container: PTRACE }, { container: ALL }, { container: PRIVILEGED }])(
    'finds the way into the root of the node with $container',
    ({ container }) => {
      expect(hostPid(judged({ container, spec: { hostPID: true } }))).toEqual([
        {
          key: 'host-pid',
          severity: 'high',
          container: 'app',
          message:
            "hostPID with the right to trace processes lets it enter the node's root through /proc/1/root: " +
            'remove hostPID, or the capability SYS_PTRACE',
        },
      ]);
    },
  );

  test.each([
    { container: PTRACE, spec: {} },
    { container: PTRACE, spec: { hostPID: false, shareProcessNamespace: true } },
    { container: {}, spec: { hostPID: true } },
  ])('finds nothing in $container with $spec', ({ container, spec }) => {
    expect(hostPid(judged({ container, spec }))).toEqual([]);
  });
});
