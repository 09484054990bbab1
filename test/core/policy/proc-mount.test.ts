import { describe, expect, test } from '@jest/globals';
import { procMount } from '../../../src/core/policy/proc-mount.ts';
import { judged } from '../../support/pod-facts.ts';

const UNMASKED = { securityContext: { procMount: 'Unmasked' } };

describe('procMount', () => {
  test.each([{ spec: {} }, { spec: { hostUsers: true } }, { spec: { hostUsers: null } }])(
    'finds an unmasked /proc with $spec',
    ({ spec }) => {
      expect(procMount(judged({ container: UNMASKED, spec }))).toEqual([
        {
          key: 'proc-mount',
          severity: 'high',
          container: 'app',
          message:
            "procMount: Unmasked lets it write the node's settings below /proc/sys: " +
            'remove it, or set hostUsers: false on the pod',
        },
      ]);
    },
  );

  test.each([
    { container: {}, spec: {} },
    { container: { securityContext: { procMount: 'Default' } }, spec: {} },
    { container: UNMASKED, spec: { hostUsers: false } },
  ])('finds nothing in $container with $spec', ({ container, spec }) => {
    expect(procMount(judged({ container, spec }))).toEqual([]);
  });
});
