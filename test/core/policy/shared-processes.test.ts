import { describe, expect, test } from '@jest/globals';
import { sharedProcesses } from '../../../src/core/policy/shared-processes.ts';
import { judged } from '../../support/pod-facts.ts';

const PTRACE = { securityContext: { capabilities: { add: ['SYS_PTRACE'] } } };

describe('sharedProcesses', () => {
  test.each([{ container: PTRACE }, { container: { securityContext: { privileged: true } } }])(
    "finds the way to the pod's other containers with $container",
    ({ container }) => {
      expect(sharedProcesses(judged({ container, spec: { shareProcessNamespace: true } }))).toEqual([
        {
          key: 'shared-processes',
          severity: 'medium',
          container: 'app',
          message:
            "shareProcessNamespace with the right to trace processes lets it change the pod's other containers: " +
            'remove shareProcessNamespace, or the capability SYS_PTRACE',
        },
      ]);
    },
  );

  test.each([
    { container: PTRACE, spec: {} },
    { container: PTRACE, spec: { hostPID: true } },
    { container: {}, spec: { shareProcessNamespace: true } },
  ])('finds nothing in $container with $spec', ({ container, spec }) => {
    expect(sharedProcesses(judged({ container, spec }))).toEqual([]);
  });
});
