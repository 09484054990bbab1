import type { IncomingMessage } from 'node:http';
import { isArray, isObject, type JsonObject, textOf } from '../core/json.ts';
import { type Api, ApiError } from './api.ts';
import { type Backoff, createBackoff } from './backoff.ts';

/** What a reflector tells: everything there is, then each change. A handler that throws is a fault like another. */
export type ReflectorHandlers<T> = {
  readonly replaced: (items: readonly T[]) => void;
  readonly changed: (item: T) => void;
  readonly deleted: (item: JsonObject) => void;
  /** The API server has just answered as it should. */
  readonly reached: () => void;
  /** A list or watch failed; it is tried again by itself. */
  readonly failed: (error: Error, tryAgainInMs: number) => void;
};

export type ReflectorOptions<T> = {
  readonly api: Api;
  /** `/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Takes of an object what is kept, as it comes: of a long list no two pages are in memory at once. */
  readonly read: (object: JsonObject) => T;
  readonly handlers: ReflectorHandlers<T>;
  readonly clock: Clock;
};

export type Clock = {
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
};

/** Small enough to be garbage before it is old, and a list of ten thousand is still only fifty requests. */
const PAGE = 200;
/**
 * Seconds that a watch is asked to last. A connection that has gone silent cannot be told from a quiet resource, so
 * watches are short, and one that outlives its time is cut: a half-open connection is noticed in 30 s at most.
 */
const WATCH_SECONDS = { least: 15, most: 25 };
const SILENCE_MS = 5_000;
/** A watch that has lasted so long has succeeded, however it ends. */
const STEADY_MS = 5_000;
/**
 * Between tries while something fails: never above one request a second, and, with half as long again for jitter and
 * after a list that got no answer, never longer than it takes to recover in 35 s.
 */
const BACKOFF_MS = { first: 1_000, max: 12_000 };
const LIST_MS = 15_000;
const MAX_RETRY_AFTER_MS = 30_000;

/** Lists and watches one kind of resource until it is stopped, whatever the API server does in the meantime. */
export async function reflect<T>(options: ReflectorOptions<T>, stop: AbortSignal): Promise<void> {
  const backoff = createBackoff({ ...BACKOFF_MS, random: options.clock.random });
  let version: string | undefined;
  while (!stop.aborted) {
    try {
      version ??= await list(options, stop);
      version = await watch(options, version, backoff, stop);
    } catch (error) {
      if (stop.aborted) return;
      if (mustListAnew(error)) version = undefined;
      await pause(options, waitAfter(error, backoff), error, stop);
    }
  }
}

/** Reads all pages; the answer is the resource version to watch from. */
async function list<T>(options: ReflectorOptions<T>, stop: AbortSignal): Promise<string> {
  const { api, path, query, read, handlers } = options;
  const items: T[] = [];
  let next: string | undefined;
  let version: string | undefined;
  do {
    const page = await api.json({
      path,
      query: { ...query, limit: PAGE, continue: next },
      signal: stop,
      timeoutMs: LIST_MS,
    });
    if (!isObject(page) || !isArray(page.items)) throw new Error(`GET ${path}: the answer is no list`);
    for (const item of page.items) if (isObject(item)) items.push(read(item));
    const metadata = isObject(page.metadata) ? page.metadata : {};
    version = textOf(metadata.resourceVersion);
    next = textOf(metadata.continue) || undefined;
  } while (next !== undefined);
  if (version === undefined) throw new Error(`GET ${path}: the list has no resourceVersion`);
  handlers.replaced(items);
  handlers.reached();
  return version;
}

/** Watches once; the answer is the version of the last event, from which the next watch goes on. */
async function watch<T>(
  options: ReflectorOptions<T>,
  from: string,
  backoff: Backoff,
  stop: AbortSignal,
): Promise<string> {
  const { api, path, query, clock, handlers } = options;
  const { least, most } = WATCH_SECONDS;
  const seconds = Math.round(least + clock.random() * (most - least));
  const silence = AbortSignal.timeout(seconds * 1000 + SILENCE_MS);
  const watching = { watch: true, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: seconds };
  const stream = await api.open({
    path,
    query: { ...query, ...watching },
    signal: AbortSignal.any([stop, silence]),
  });
  handlers.reached();
  const began = clock.now();
  let version = from;
  try {
    for await (const line of linesOf(stream)) version = take(line, options) ?? version;
  } finally {
    if (clock.now() - began >= STEADY_MS) backoff.reset();
  }
  if (clock.now() - began < (seconds - 1) * 1000) {
    await pause(options, backoff.next(), new Error(`watch of ${path} ended early`), stop);
  }
  return version;
}

/** Hands on one event; what goes wrong with it is told from what goes wrong with the connection. */
function take<T>(line: string, options: ReflectorOptions<T>): string | undefined {
  try {
    return deliver(line, options);
  } catch (cause) {
    throw cause instanceof ApiError ? cause : new UnreadableEvent(`watch of ${options.path}`, { cause });
  }
}

/** An event that could not be taken in: what it said is lost, so that everything has to be listed anew. */
class UnreadableEvent extends Error {}

/** Hands on one event of a watch; the answer is the version to go on from. */
function deliver<T>(line: string, { read, handlers }: ReflectorOptions<T>): string | undefined {
  const event: unknown = JSON.parse(line);
  const object = isObject(event) ? event.object : undefined;
  if (!isObject(event) || !isObject(object)) throw new Error('a watch event without an object');
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
      handlers.changed(read(object));
      break;
    case 'DELETED':
      handlers.deleted(object);
      break;
    case 'ERROR':
      throw new ApiError(
        textOf(object.message) ?? 'error in a watch',
        Number(object.code),
        textOf(object.reason) ?? '',
        undefined,
      );
  }
  return isObject(object.metadata) ? textOf(object.metadata.resourceVersion) : undefined;
}

/** etcd takes no object above 1.5 MiB: a line far beyond it is no event. */
const MAX_LINE = 16 * 1024 * 1024;

async function* linesOf(stream: IncomingMessage): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    rest += chunk;
    if (rest.length > MAX_LINE) throw new Error('a watch event beyond 16 MiB');
    if (!chunk.includes('\n')) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}

/** Whether a watch cannot go on from where it was: the server has forgotten that version, or an event was lost. */
function mustListAnew(error: unknown): boolean {
  if (error instanceof UnreadableEvent) return true;
  return error instanceof ApiError && (error.status === 410 || error.reason === 'Expired');
}

function waitAfter(error: unknown, backoff: Backoff): number {
  const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
  return Math.max(backoff.next(), Math.min(asked, MAX_RETRY_AFTER_MS));
}

async function pause<T>(
  { clock, handlers }: ReflectorOptions<T>,
  ms: number,
  error: unknown,
  stop: AbortSignal,
): Promise<void> {
  handlers.failed(error instanceof Error ? error : new Error(String(error)), ms);
  await clock.sleep(ms, stop);
}
