import { expect, test } from '@jest/globals';
import type { Action, Performed } from '../../../../src/core/action.ts';
import { FIELD_MANAGERS } from '../../../../src/core/field-managers.ts';
import { observeProfile } from '../../../../src/core/observed/observed-profile.ts';
import type { ControllerContext } from '../../../../src/kube/controller/controller.ts';
import { shipCatalog } from '../../../../src/kube/controller/parts/ship-catalog.ts';

/** Shipped by an earlier release. */
const DROPPED = observeProfile({
  apiVersion: 'rootlock.dev/v1alpha1',
  kind: 'ClusterWritablePathProfile',
  metadata: {
    name: 'dropped',
    uid: 'dropped',
    resourceVersion: '1',
    generation: 1,
    labels: { 'rootlock.dev/source': 'builtin' },
    managedFields: [
      { manager: FIELD_MANAGERS.controller, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:image': {} } } },
    ],
  },
  spec: { image: { repository: 'dropped' } },
});

test('a profile that was written while it was pruned is not said to be gone, and is pruned the next time', async () => {
  const outcomes: Performed[] = [{ kind: 'changed' }, { kind: 'done' }];
  const deeds: string[] = [];
  const said: string[] = [];
  const controller = shipCatalog(
    {
      world: {
        clusterProfiles: {
          get: () => DROPPED,
          entries: () => [['dropped', DROPPED]],
          subscribe: () => () => undefined,
        },
      },
      perform: async ({ kind }: Action) => {
        deeds.push(kind);
        return outcomes.shift() ?? { kind: 'done' };
      },
      settings: { namespace: 'rootlock-system' },
      log: { info: (message: string) => said.push(message) },
    } as unknown as ControllerContext,
    [],
  );
  controller.watch(() => undefined);
  await controller.reconcile('dropped');
  expect({ deeds, said }).toEqual({ deeds: ['delete'], said: [] });
  await controller.reconcile('dropped');
  expect({ deeds, said }).toEqual({
    deeds: ['delete', 'delete', 'tell'],
    said: ['built-in profile pruned', 'built-in catalog in place'],
  });
});
