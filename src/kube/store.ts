import { isObject, type JsonObject, textOf } from '../core/json.ts';
import type { Log } from '../log.ts';
import type { Api } from './api.ts';
import { type Clock, reflect } from './reflector.ts';

/** The objects of one kind as they were last seen, each reduced to what is read of it. */
export type Store<T> = {
  /** `namespace/name`, or `name` for cluster-scoped objects. */
  readonly get: (key: string) => T | undefined;
  readonly values: () => readonly T[];
  /** Whether everything has been listed once. From then on the last good state is kept, come what may. */
  readonly synced: () => boolean;
  /** When the API server last answered as it should, by the clock: twice a minute while all is well. */
  readonly reachedAt: () => number;
  /** Lists and watches until it is stopped. */
  readonly run: (stop: AbortSignal) => Promise<void>;
};

export type StoreOptions<T> = {
  readonly api: Api;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What is kept of an object: small, since all of them are in memory. Told what was kept of it before. */
  readonly read: (object: JsonObject, before: T | undefined) => T;
  /** Whether two readings of one object are as good as the same: then nobody is told. */
  readonly same: (before: T, after: T) => boolean;
  /** The objects differ from what they were; told at most once for a list. */
  readonly changed: () => void;
  readonly clock: Clock;
  readonly log: Log;
};

export function createStore<T>(options: StoreOptions<T>): Store<T> {
  const { api, path, query, read, same, changed, clock, log } = options;
  let objects = new Map<string, T>();
  let synced = false;
  let reachedAt = clock.now();

  /** One object that cannot be read is left as it was: it does not take the others with it. */
  const readEntry = (item: JsonObject): Entry<T> => {
    const key = keyOf(item);
    const before = objects.get(key);
    try {
      return { key, before, after: read(item, before) };
    } catch (error) {
      log.error('reading an object failed', { path, object: key, error: asError(error) });
      return { key, before, after: before };
    }
  };

  const handlers = {
    replaced: (entries: readonly Entry<T>[]) => {
      objects = new Map(entries.flatMap(({ key, after }) => (after === undefined ? [] : [[key, after]])));
      if (!synced) log.info('listed', { path, objects: objects.size });
      synced = true;
      changed();
    },
    changed: ({ key, before, after }: Entry<T>) => {
      if (after === undefined || after === before) return;
      objects.set(key, after);
      if (before === undefined || !same(before, after)) changed();
    },
    deleted: (item: JsonObject) => {
      if (objects.delete(keyOf(item))) changed();
    },
    reached: () => {
      reachedAt = clock.now();
    },
    failed: (error: Error, tryAgainInMs: number) => {
      log.warn('watching failed', { path, error, tryAgainInMs: Math.round(tryAgainInMs) });
    },
  };

  return {
    get: (key) => objects.get(key),
    values: () => [...objects.values()],
    synced: () => synced,
    reachedAt: () => reachedAt,
    run: (stop) => reflect({ api, path, ...(query && { query }), read: readEntry, handlers, clock }, stop),
  };
}

/** What is kept of an object now, and what was before. */
type Entry<T> = { readonly key: string; readonly before: T | undefined; readonly after: T | undefined };

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function keyOf(object: JsonObject): string {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const namespace = textOf(metadata.namespace);
  const name = textOf(metadata.name) ?? '';
  return namespace === undefined ? name : `${namespace}/${name}`;
}
