import { describe, expect, test } from '@jest/globals';
import { writableRoot } from '../../../src/core/policy/writable-root.ts';
import { judged, judgedEphemeral } from '../../support/pod-facts.ts';

describe('writableRoot', () => {
  test('finds a root that stays writable', () => {
    expect(writableRoot(judged({ rootReadOnly: false }))).toEqual([
      {
        key: 'writable-root',
        severity: 'high',
        container: 'app',
        message:
          'its root is writable: label the namespace rootlock.dev/mode: enforce, or set ' +
          'readOnlyRootFilesystem: true and mount volumes where it writes',
      },
    ]);
  });

  test.each([
    { why: 'is read-only', facts: judged({ rootReadOnly: true }) },
    {
      why: 'is told by explicit-false',
      facts: judged({
        container: { securityContext: { readOnlyRootFilesystem: false } },
        rootReadOnly: false,
      }),
    },
    { why: 'is told by ephemeral-container', facts: judgedEphemeral({}, false) },
  ])('finds nothing where the root $why', ({ facts }) => {
    expect(writableRoot(facts)).toEqual([]);
  });
});
