import { isObject } from '../core/json.ts';
import { type ReadNamespacePolicy, readNamespacePolicy } from '../core/policy/namespace-policy.ts';
import type { Log } from '../log.ts';
import type { Api } from './api.ts';
import type { Clock } from './reflector.ts';
import { createStore, type Store } from './store.ts';

/** What is kept of a namespace: what it chose, and since when it is known, by the clock. */
export type KnownNamespace = ReadNamespacePolicy & { readonly since: number };

export type NamespacesOptions = {
  readonly api: Api;
  readonly changed: () => void;
  readonly clock: Clock;
  readonly log: Log;
};

/** The namespaces that were there before us are known for ever: only what the watch brings is new. */
export function createNamespaces({ api, changed, clock, log }: NamespacesOptions): Store<KnownNamespace> {
  const store: Store<KnownNamespace> = createStore<KnownNamespace>({
    api,
    path: '/api/v1/namespaces',
    read: ({ metadata }, before) => ({
      ...readNamespacePolicy(isObject(metadata) ? metadata.labels : undefined),
      since: before?.since ?? (store.synced() ? clock.now() : Number.NEGATIVE_INFINITY),
    }),
    same: () => false,
    changed,
    clock,
    log,
  });
  return store;
}
