import { describe, expect, test } from '@jest/globals';
import { explicitFalse } from '../../../src/core/policy/explicit-false.ts';
import { judged, judgedEphemeral } from '../../support/pod-facts.ts';

const SAYS_FALSE = { securityContext: { readOnlyRootFilesystem: false } };

describe('explicitFalse', () => {
  test.each([
    {
      rootReadOnly: false,
      severity: 'medium',
      message:
        'readOnlyRootFilesystem: false keeps its root writable: remove it, or label the namespace ' +
        'rootlock.dev/explicit-false: override',
    },
    {
      rootReadOnly: true,
      severity: 'low',
      message: 'readOnlyRootFilesystem: false is overridden by the namespace: remove it from the pod',
    },
  ])(
    'finds the field false where the root is read-only in the end: $rootReadOnly',
    ({ rootReadOnly, ...want }) => {
      expect(explicitFalse(judged({ container: SAYS_FALSE, rootReadOnly }))).toEqual([
        { key: 'explicit-false', container: 'app', ...want },
      ]);
    },
  );

  test.each([
    { facts: judged({ rootReadOnly: false }) },
    { facts: judged({ container: { securityContext: { readOnlyRootFilesystem: true } } }) },
    { facts: judgedEphemeral(SAYS_FALSE, false) },
  ])('finds nothing in other containers', ({ facts }) => {
    expect(explicitFalse(facts)).toEqual([]);
  });
});
