import { describe, expect, test } from '@jest/globals';
import { ephemeralContainer } from '../../../src/core/policy/ephemeral-container.ts';
import { judged, judgedEphemeral } from '../../support/pod-facts.ts';

describe('ephemeralContainer', () => {
  test('finds a debugging container with a writable root', () => {
    expect(ephemeralContainer(judgedEphemeral({}, false))).toEqual([
      {
        key: 'ephemeral-container',
        severity: 'medium',
        container: 'app',
        message:
          'a debugging container with a writable root stays in the pod until the pod is gone: ' +
          'delete the pod when you have finished',
      },
    ]);
  });

  test.each([
    { why: 'a debugging container with a read-only root', facts: judgedEphemeral({}, true) },
    { why: 'an ordinary container', facts: judged({ rootReadOnly: false }) },
  ])('finds nothing in $why', ({ facts }) => {
    expect(ephemeralContainer(facts)).toEqual([]);
  });
});
