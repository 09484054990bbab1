import { FIELD_MANAGERS } from '../../core/field-managers.ts';
import { agreedName, agreedObject, agreedPaths, saysAll, withAgreed } from '../../core/healing/agreement.ts';
import { type ObservedProfile, sameSpec } from '../../core/observed/observed-profile.ts';
import { type Controller, type ControllerContext, DONE } from '../controller/controller.ts';

/** So that what several namespaces learn at once is one write. */
const SETTLE_MS = 5_000;

/**
 * Makes a cluster profile of what so many namespaces have learned of an image; 0: never. Off unless the installation
 * says otherwise: what a tenant's containers log is the tenant's text. Keys are repositories.
 */
export function promoteAgreed({ world, perform, log }: ControllerContext, namespaces: number): Controller {
  return {
    name: 'promotion',
    concurrency: 1,
    watch: (enqueue) => {
      if (namespaces === 0) return () => undefined;
      const wake = (profile: ObservedProfile | undefined) => {
        if (profile?.source === 'learned' && profile.read.kind === 'profile')
          enqueue(profile.read.profile.image.repository, SETTLE_MS);
      };
      for (const [, profile] of world.namespacedProfiles.entries()) wake(profile);
      return world.namespacedProfiles.subscribe(({ before, after }) => {
        if (!sameSpec(before, after)) wake(after);
      });
    },
    reconcile: async (repository) => {
      const learned = [...world.namespacedProfiles.entries()].flatMap(([, { read }]) =>
        read.kind === 'profile' && read.profile.image.repository === repository ? [read.profile] : [],
      );
      const paths = agreedPaths(learned, namespaces);
      const name = agreedName(repository);
      const known = world.clusterProfiles.get(name);
      if (paths.length === 0 || (known !== undefined && known.source !== 'learned')) return DONE;
      const said = known?.read.kind === 'profile' ? known.read.profile : undefined;
      if (saysAll(said, paths)) return DONE;
      await perform({
        kind: 'apply',
        manager: FIELD_MANAGERS.learner,
        object: agreedObject(repository, withAgreed(said, paths)),
      });
      log.info('promoted', { profile: name, repository, namespaces });
      return DONE;
    },
  };
}
