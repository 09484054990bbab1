import type { NamespacePolicies } from '../core/admission/admit.ts';
import type { Catalog } from '../core/catalog/lookup.ts';
import { createNamespaces } from './namespaces.ts';
import { createProfiles, type ProfilesOptions } from './profiles.ts';

/** What the webhook knows of its cluster, always in memory: the catalog and what each namespace chose. */
export type ClusterWorld = {
  /** One snapshot of all profiles, swapped whole. */
  readonly catalog: () => Catalog;
  readonly policies: NamespacePolicies;
  /** Milliseconds since the watch brought the namespace; Infinity for those that were there before us, or are not known. */
  readonly age: (namespace: string) => number;
  /** Counts the changes of the catalog and of namespaces. */
  readonly revision: () => number;
  /** Resolves with the next change of the catalog or a namespace, or after so many milliseconds. */
  readonly nextChange: (withinMs: number) => Promise<void>;
  /** Whether a snapshot of all there is has been made. */
  readonly synced: () => boolean;
  /** Profiles that are left out because they cannot be read. */
  readonly malformed: () => number;
  /** Milliseconds since the API server last answered each of the watches: half a minute at most while all is well. */
  readonly staleness: () => number;
  readonly run: (stop: AbortSignal) => Promise<void>;
};

export type ClusterWorldOptions = Omit<ProfilesOptions, 'changed'>;

export function createClusterWorld(options: ClusterWorldOptions): ClusterWorld {
  const { clock } = options;
  const waiting = new Set<() => void>();
  let revision = 0;
  const changed = () => {
    revision++;
    for (const wake of waiting) wake();
  };
  const profiles = createProfiles({ ...options, changed });
  const namespaces = createNamespaces({ ...options, changed });
  const stores = [...profiles.stores, namespaces];

  return {
    catalog: profiles.catalog,
    policies: namespaces.get,
    age: (namespace) => clock.now() - (namespaces.get(namespace)?.since ?? Number.NEGATIVE_INFINITY),
    revision: () => revision,
    nextChange: (withinMs) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, withinMs);
        waiting.add(wake);
      }),
    synced: () => profiles.complete() && namespaces.synced(),
    malformed: profiles.malformed,
    staleness: () => Math.max(...stores.map((store) => clock.now() - store.reachedAt())),
    async run(stop) {
      await Promise.all(stores.map((store) => store.run(stop)));
      profiles.stop();
    },
  };
}
