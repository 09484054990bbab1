import { describe, expect, test } from '@jest/globals';
import { privilegeEscalation } from '../../../src/core/policy/privilege-escalation.ts';
import { judged } from '../../support/pod-facts.ts';

describe('privilegeEscalation', () => {
  test.each([
    { securityContext: {} },
    { securityContext: null },
    { securityContext: { allowPrivilegeEscalation: true } },
  ])('finds $securityContext', ({ securityContext }) => {
    expect(privilegeEscalation(judged({ container: { securityContext } }))).toEqual([
      {
        key: 'privilege-escalation',
        severity: 'low',
        container: 'app',
        message:
          'allowPrivilegeEscalation is not false, so programs with setuid bits can gain rights: set it to false',
      },
    ]);
  });

  test.each([
    { why: 'says false', securityContext: { allowPrivilegeEscalation: false } },
    { why: 'may not say false: privileged', securityContext: { privileged: true } },
    { why: 'may not say false: SYS_ADMIN', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } },
  ])('finds nothing in a container that $why', ({ securityContext }) => {
    expect(privilegeEscalation(judged({ container: { securityContext } }))).toEqual([]);
  });
});
