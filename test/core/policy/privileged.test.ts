import { describe, expect, test } from '@jest/globals';
import { privileged } from '../../../src/core/policy/privileged.ts';
import { judged } from '../../support/pod-facts.ts';

describe('privileged', () => {
  test('finds a privileged container', () => {
    expect(privileged(judged({ container: { securityContext: { privileged: true } } }))).toEqual([
      {
        key: 'privileged',
        severity: 'high',
        container: 'app',
        message:
          'privileged: true lets it remount its root writable and change the node: ' +
          'remove it, and add only the capabilities and devices that are needed',
      },
    ]);
  });

  test.each([{ container: {} }, { container: { securityContext: { privileged: false } } }])(
    'finds nothing in $container',
    ({ container }) => {
      expect(privileged(judged({ container }))).toEqual([]);
    },
  );
});
