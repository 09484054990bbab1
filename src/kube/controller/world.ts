import { type Catalog, type CatalogOptions, compileCatalog } from '../../core/catalog/lookup.ts';
import { type ObservedNamespace, observeNamespace } from '../../core/observed/observed-namespace.ts';
import { type ObservedPod, observePod } from '../../core/observed/observed-pod.ts';
import { type ObservedProfile, observeProfile } from '../../core/observed/observed-profile.ts';
import { rivalryOf } from '../../core/usage/profile-conflicts.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import type { Clock } from '../reflector.ts';
import { type Cache, createCache } from './cache.ts';
import { type Index, indexBy } from './index-by.ts';

/** What the controller knows of its cluster, always in memory, in every replica: a new leader need not list anything. */
export type ControllerWorld = {
  readonly namespaces: Cache<ObservedNamespace>;
  readonly pods: Cache<ObservedPod>;
  readonly podsIn: Index<ObservedPod>;
  readonly clusterProfiles: Cache<ObservedProfile>;
  readonly namespacedProfiles: Cache<ObservedProfile>;
  /** Profiles for the very same images, by `rivalryOf`. */
  readonly rivals: Index<ObservedProfile>;
  /** Of either kind: `nginx`, or `shop/nginx`. */
  readonly profile: (key: string) => ObservedProfile | undefined;
  /** All profiles as decisions are made from them, as they are now. */
  readonly catalog: () => Catalog;
  readonly synced: () => boolean;
  readonly run: (stop: AbortSignal) => Promise<void>;
};

export type ControllerWorldOptions = {
  readonly api: Api;
  readonly catalog: CatalogOptions;
  readonly clock: Clock;
  readonly log: Log;
};

const GROUP = '/apis/rootlock.dev/v1alpha1';

export function createControllerWorld(options: ControllerWorldOptions): ControllerWorld {
  const { catalog: catalogOptions, ...rest } = options;
  const namespaces = createCache({ ...rest, path: '/api/v1/namespaces', read: observeNamespace });
  const pods = createCache({ ...rest, path: '/api/v1/pods', read: observePod });
  const clusterProfiles = createCache({
    ...rest,
    path: `${GROUP}/clusterwritablepathprofiles`,
    read: observeProfile,
  });
  const namespacedProfiles = createCache({
    ...rest,
    path: `${GROUP}/writablepathprofiles`,
    read: observeProfile,
  });
  const profileCaches = [clusterProfiles, namespacedProfiles];
  const caches = [namespaces, pods, clusterProfiles, namespacedProfiles];

  let catalog: Catalog | undefined;
  for (const profiles of profileCaches) {
    profiles.subscribe(({ before, after }) => {
      if (!sameSpec(before, after)) catalog = undefined;
    });
  }
  const compile = (): Catalog => {
    const profiles = [...clusterProfiles.entries(), ...namespacedProfiles.entries()].flatMap(
      ([, { read }]) => (read.kind === 'profile' ? [read.profile] : []),
    );
    return compileCatalog(profiles, catalogOptions);
  };

  return {
    namespaces,
    pods,
    podsIn: indexBy(pods, ({ namespace }) => [namespace]),
    clusterProfiles,
    namespacedProfiles,
    rivals: indexBy(together(profileCaches), rivalriesOf),
    profile: (key) => (key.includes('/') ? namespacedProfiles : clusterProfiles).get(key),
    catalog: () => {
      catalog ??= compile();
      return catalog;
    },
    synced: () => caches.every((cache) => cache.synced()),
    run: async (stop) => {
      await Promise.all(caches.map((cache) => cache.run(stop)));
    },
  };
}

/** Two caches as the source of one index. */
function together<T>(caches: readonly Cache<T>[]): Pick<Cache<T>, 'subscribe'> {
  return {
    subscribe: (listener) => {
      const ends = caches.map((cache) => cache.subscribe(listener));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

function rivalriesOf({ read }: ObservedProfile): readonly string[] {
  return read.kind === 'profile' ? [rivalryOf(read.profile)].filter((rivalry) => rivalry !== undefined) : [];
}

/** A status that is written makes no other catalog. */
export function sameSpec(before: ObservedProfile | undefined, after: ObservedProfile | undefined): boolean {
  if (before?.read.kind !== 'profile' || after?.read.kind !== 'profile') return before === after;
  const [one, other] = [before.read.profile, after.read.profile];
  return (
    before.reference.uid === after.reference.uid &&
    one.generation === other.generation &&
    one.source === other.source
  );
}
