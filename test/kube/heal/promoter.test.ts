import { expect, test } from '@jest/globals';
import type { Action } from '../../../src/core/action.ts';
import { type ObservedProfile, observeProfile } from '../../../src/core/observed/observed-profile.ts';
import { promoteAgreed } from '../../../src/kube/heal/promoter.ts';
import { silentLog } from '../../support/silent-log.ts';
import { toldCache } from './told-cache.ts';

const REPOSITORY = 'registry.example.com/team/app';

/** What was learned of the image in a namespace, or, without one, agreed in the cluster. */
function learned(paths: readonly string[], namespace?: string): ObservedProfile {
  return observeProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: namespace === undefined ? 'ClusterWritablePathProfile' : 'WritablePathProfile',
    metadata: {
      name: namespace === undefined ? 'learned-registry-example-com-team-app' : 'app',
      ...(namespace !== undefined && { namespace }),
      labels: { 'rootlock.dev/source': 'learned' },
    },
    spec: { image: { repository: REPOSITORY }, paths: paths.map((path) => ({ path, class: 'Scratch' })) },
  });
}

test('a cluster profile keeps what was agreed before, though a namespace that learned it is gone', async () => {
  const clusterProfiles = toldCache<ObservedProfile>();
  const namespacedProfiles = toldCache<ObservedProfile>();
  const done: Action[] = [];
  const promoter = promoteAgreed(
    {
      world: { clusterProfiles, namespacedProfiles },
      perform: async (action: Action) => {
        done.push(action);
        return { kind: 'done' };
      },
      log: silentLog,
    } as never,
    2,
  );
  clusterProfiles.set('learned-registry-example-com-team-app', learned(['/before']));
  namespacedProfiles.set('a/app', learned(['/before', '/now'], 'a'));
  namespacedProfiles.set('b/app', learned(['/now'], 'b'));
  await promoter.reconcile(REPOSITORY);
  expect(done).toEqual([
    expect.objectContaining({
      kind: 'apply',
      object: expect.objectContaining({
        spec: expect.objectContaining({
          paths: [expect.objectContaining({ path: '/before' }), expect.objectContaining({ path: '/now' })],
        }),
      }),
    }),
  ]);
});
