import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { ROLLOUT_ANNOTATION, readOwner } from '../../../src/core/rollout/owner.ts';

function owner(kind: string, spec: JsonObject, status: JsonObject, metadata: JsonObject = {}) {
  return readOwner({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop', generation: 2, ...metadata },
    spec,
    status: { observedGeneration: 2, ...status },
  });
}

/** Only the pod number 2 of three gets a new template. */
const PARTITION = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
const ALL = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

describe('an owner is settled', () => {
  test.each([
    [
      'a Deployment with all its pods of the newest template',
      owner('Deployment', { replicas: 3 }, ALL),
      true,
    ],
    [
      'one that names no number wants one',
      owner('Deployment', {}, { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
      true,
    ],
    [
      'not with one of an old template',
      owner('Deployment', { replicas: 3 }, { ...ALL, updatedReplicas: 2 }),
      false,
    ],
    ['not with a surplus one', owner('Deployment', { replicas: 3 }, { ...ALL, replicas: 4 }), false],
    [
      'not with one that is not available',
      owner('StatefulSet', { replicas: 3 }, { ...ALL, availableReplicas: 2 }),
      false,
    ],
    [
      'not before its controller has seen its newest text',
      owner('Deployment', { replicas: 3 }, { ...ALL, observedGeneration: 1 }),
      false,
    ],
    [
      'a StatefulSet that a partition keeps from getting its newest template everywhere',
      owner('StatefulSet', { replicas: 3, ...PARTITION }, { ...ALL, updatedReplicas: 1 }),
      true,
    ],
    [
      'not before it has got it above the partition',
      owner('StatefulSet', { replicas: 3, ...PARTITION }, { ...ALL, updatedReplicas: 0 }),
      false,
    ],
    ['scaled to nothing', owner('StatefulSet', { replicas: 0 }, {}), true],
    [
      'a DaemonSet on all nodes that want it',
      owner('DaemonSet', {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
      true,
    ],
    [
      'not on one node less',
      owner('DaemonSet', {}, { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 }),
      false,
    ],
    [
      'a ReplicaSet, which has no newest template',
      owner('ReplicaSet', { replicas: 3 }, { replicas: 3, availableReplicas: 3 }),
      true,
    ],
  ])('%s', (_what, read, settled) => {
    expect(read?.settled).toBe(settled);
  });
});

describe('readOwner', () => {
  test.each([
    ['Deployment', {}, 'restart'],
    ['StatefulSet', {}, 'restart'],
    ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }, 'evict'],
    ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }, 'evict'],
    ['StatefulSet', PARTITION, 'evict'],
    ['StatefulSet', { updateStrategy: { rollingUpdate: { partition: 0 } } }, 'restart'],
    ['ReplicaSet', {}, 'evict'],
  ])('gives a %s with %j new pods by: %s', (kind, spec, way) => {
    expect(owner(kind, spec, {})?.way).toBe(way);
  });

  test('reads what a leader before wrote on it, and takes what cannot be read for nothing', () => {
    const read = (text: string) =>
      owner('Deployment', {}, {}, { annotations: { [ROLLOUT_ANNOTATION]: text } })?.restart;
    expect(read('{"at":"2026-11-23T09:00:00Z","failing":1,"lacking":"app root"}')).toEqual({
      at: Date.parse('2026-11-23T09:00:00Z'),
      failing: 1,
      lacking: 'app root',
    });
    for (const text of ['', '{', '[]', '"x"', '{"at":"yesterday"}']) expect(read(text)).toBeUndefined();
  });

  test('reads nothing from what has no name', () => {
    expect(readOwner({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: {} })).toBeUndefined();
  });
});
