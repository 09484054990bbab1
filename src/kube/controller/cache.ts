import { isObject, type JsonObject, textOf } from '../../core/json.ts';
import { keyOf } from '../../core/object-reference.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import { type Clock, reflect } from '../reflector.ts';

/** The objects of one kind as they were last seen, each reduced to what is read of it. */
export type Cache<T> = {
  /** `namespace/name`, or `name` for cluster-scoped objects. */
  readonly get: (key: string) => T | undefined;
  readonly entries: () => Iterable<readonly [key: string, value: T]>;
  readonly size: () => number;
  /** Whether everything has been listed once. From then on the last good state is kept, come what may. */
  readonly synced: () => boolean;
  /** When the API server last answered as it should, by the clock: twice a minute while all is well. */
  readonly reachedAt: () => number;
  /** Told of each change from now on, once the cache has it. What it returns ends that. */
  readonly subscribe: (listener: (change: Change<T>) => void) => () => void;
  /** Lists and watches until it is stopped. */
  readonly run: (stop: AbortSignal) => Promise<void>;
};

/** An object that came (no `before`), changed, or went (no `after`). */
export type Change<T> = {
  readonly key: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
};

export type CacheOptions<T> = {
  readonly api: Api;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What is kept of an object: small, since all of them are in memory. `known` is what was kept of it before. */
  readonly read: (object: JsonObject, known: T | undefined) => T;
  readonly clock: Clock;
  readonly log: Log;
};

/** Unlike the webhook's store it tells which objects changed, and how: so a change costs what it concerns. */
export function createCache<T>(options: CacheOptions<T>): Cache<T> {
  const { path, query, read, clock, log } = options;
  let objects = new Map<string, Entry<T>>();
  let synced = false;
  let reachedAt = clock.now();
  const listeners = new Set<(change: Change<T>) => void>();

  const tell = (key: string, before: T | undefined, after: T | undefined) => {
    for (const listener of listeners) listener({ key, before, after });
  };
  const entryOf = (item: JsonObject): readonly [string, Entry<T>] => {
    const { key, version } = identityOf(item);
    const known = objects.get(key);
    // A list names every object again; those that are the same stay the same values.
    return [key, known?.version === version ? known : { version, value: read(item, known?.value) }];
  };
  const handlers = {
    replaced: (entries: readonly (readonly [string, Entry<T>])[]) => {
      const before = objects;
      objects = new Map(entries);
      if (!synced) log.info('listed', { path, objects: objects.size });
      synced = true;
      for (const [key, { value }] of objects) {
        const old = before.get(key)?.value;
        if (old !== value) tell(key, old, value);
      }
      for (const [key, { value }] of before) if (!objects.has(key)) tell(key, value, undefined);
    },
    changed: ([key, entry]: readonly [string, Entry<T>]) => {
      const old = objects.get(key)?.value;
      objects.set(key, entry);
      if (old !== entry.value) tell(key, old, entry.value);
    },
    deleted: (item: JsonObject) => {
      const { key } = identityOf(item);
      const old = objects.get(key)?.value;
      objects.delete(key);
      if (old !== undefined) tell(key, old, undefined);
    },
    reached: () => {
      reachedAt = clock.now();
    },
    failed: (error: Error, tryAgainInMs: number) => {
      log.warn('watching failed', { path, error, tryAgainInMs: Math.round(tryAgainInMs) });
    },
  };

  return {
    get: (key) => objects.get(key)?.value,
    *entries() {
      for (const [key, { value }] of objects) yield [key, value] as const;
    },
    size: () => objects.size,
    synced: () => synced,
    reachedAt: () => reachedAt,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    run: (stop) =>
      reflect({ api: options.api, path, ...(query && { query }), read: entryOf, handlers, clock }, stop),
  };
}

type Entry<T> = { readonly version: string; readonly value: T };

function identityOf(object: JsonObject): { key: string; version: string } {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const namespace = textOf(metadata.namespace);
  const name = textOf(metadata.name) ?? '';
  const key = keyOf({ name, ...(namespace !== undefined && { namespace }) });
  return { key, version: textOf(metadata.resourceVersion) ?? '' };
}
