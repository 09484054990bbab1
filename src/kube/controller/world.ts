import { type Catalog, type CatalogOptions, compileCatalog } from '../../core/catalog/lookup.ts';
import type { Profile } from '../../core/catalog/profile.ts';
import { parseImage } from '../../core/image/reference.ts';
import { type ObservedNamespace, observeNamespace } from '../../core/observed/observed-namespace.ts';
import { type ObservedPod, observePod } from '../../core/observed/observed-pod.ts';
import { type ObservedProfile, observeProfile, sameSpec } from '../../core/observed/observed-profile.ts';
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
  readonly profilesIn: Index<ObservedProfile>;
  /** The pods whose images some profiles are for, be they the ones that count or not. */
  readonly podsFor: (profiles: readonly Profile[]) => ReadonlySet<ObservedPod>;
  /** Profiles for the very same images, by `rivalryOf`. */
  readonly rivals: Index<ObservedProfile>;
  /** Of either kind: `nginx`, or `shop/nginx`. */
  readonly profile: (key: string) => ObservedProfile | undefined;
  /** All profiles as decisions are made from them, as they are now. */
  readonly catalog: () => Catalog;
  readonly synced: () => boolean;
  /** Milliseconds since the API server last answered each of the watches: half a minute at most while all is well. */
  readonly staleness: () => number;
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
  const { api } = options;
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
  const podsIn = indexBy(pods, ({ namespace }) => [namespace]);
  const podsWith = indexBy(pods, ({ containers }) => new Set(containers.map(({ image }) => image)));
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
    podsIn,
    podsFor: (profiles) => {
      const some = compileCatalog(profiles, catalogOptions);
      const concerns = (image: string, namespace: string) => {
        const parsed = parseImage(image);
        // One that expires has its pods judged anew at that moment, and needs no look now.
        return parsed.kind === 'image' && some.lookup(parsed.image, namespace, api.now()).kind !== 'unknown';
      };
      const found = new Set<ObservedPod>();
      const namespaces = new Set(profiles.map(({ namespace }) => namespace));
      for (const namespace of namespaces) {
        if (namespace === undefined) {
          for (const image of podsWith.groups())
            if (concerns(image, '')) for (const pod of podsWith.get(image)) found.add(pod);
        } else {
          for (const pod of podsIn.get(namespace))
            if (pod.containers.some(({ image }) => concerns(image, namespace))) found.add(pod);
        }
      }
      return found;
    },
    clusterProfiles,
    namespacedProfiles,
    profilesIn: indexBy(namespacedProfiles, ({ reference }) => [reference.namespace ?? '']),
    rivals: indexBy(together(profileCaches), rivalriesOf),
    profile: (key) => (key.includes('/') ? namespacedProfiles : clusterProfiles).get(key),
    catalog: () => {
      catalog ??= compile();
      return catalog;
    },
    synced: () => caches.every((cache) => cache.synced()),
    staleness: () => Math.max(...caches.map((cache) => options.clock.now() - cache.reachedAt())),
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
