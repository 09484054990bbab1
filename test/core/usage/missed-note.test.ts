import { describe, expect, test } from '@jest/globals';
import { missedOf, remedyFor } from '../../../src/core/usage/missed-note.ts';
import type { ContainerUsage, PodUsage } from '../../../src/core/usage/pod-usage.ts';

function usage(...containers: readonly Partial<ContainerUsage>[]): PodUsage {
  const full = containers.map(
    (more): ContainerUsage => ({
      container: 'app',
      image: 'app:1',
      profiles: [],
      hardened: false,
      because: '',
      missing: [],
      failing: false,
      ...more,
    }),
  );
  return { key: 'shop/web', uid: '', namespace: 'shop', ownerKey: '', created: 0, containers: full };
}

const BEFORE = { reason: 'before-opt-in', missing: ['/tmp', '/data'] } as const;

describe('what admission missed', () => {
  test('is one sentence for each container, the same for all pods of a template', () => {
    const note =
      'app: the pod was made before the namespace opted in; made now it would get a read-only root and volumes at /data, /tmp. Restart it.';
    expect(missedOf([usage(BEFORE)], 'Restart it.')).toEqual({ reason: 'before-opt-in', note });
    expect(
      missedOf([usage(BEFORE), usage({ ...BEFORE, missing: ['/data', '/tmp'] })], 'Restart it.')?.note,
    ).toBe(note);
  });

  test.each([
    ['a read-only root', {}],
    ['volumes at /data', { hardened: true, missing: ['/data'] }],
    ['variables of its profile', { hardened: true }],
  ])('may be %s', (lack, more) => {
    expect(missedOf([usage({ reason: 'missed-admission', ...more })], '')?.note).toContain(
      `it would get ${lack}.`,
    );
  });

  test('is nothing where a container is left alone for another reason', () => {
    expect(missedOf([usage({}, { reason: 'unknown-image' }, { reason: 'audit' })], '')).toBeUndefined();
  });

  test.each([
    ['Deployment', false, 'kubectl rollout restart deployment/web'],
    ['DaemonSet', true, 'Its turn'],
    ['Job', false, 'next pod'],
    ['Pod', false, 'delete it'],
    ['Kafka', false, 'one by one'],
  ])('is set right for a %s (rollout auto: %s) by: %s', (kind, auto, words) => {
    expect(remedyFor({ kind, name: 'web' }, auto)).toContain(words);
  });
});
