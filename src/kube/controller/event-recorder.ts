import { createHash } from 'node:crypto';
import { isObject } from '../../core/json.ts';
import { keyOf } from '../../core/object-reference.ts';
import { EVENT_REASONS, type Telling } from '../../core/telling.ts';
import type { Log } from '../../log.ts';
import { type Api, ApiError } from '../api.ts';
import type { Clock } from '../reflector.ts';
import { microTime } from './lease.ts';
import type { ControllerMetrics } from './metrics.ts';
import { createRateLimit, type RateLimit, tryTake } from './rate-limit.ts';

export type EventRecorder = {
  /** Never rejects: an event that cannot be told is no reason to leave anything else undone. */
  readonly tell: (telling: Telling) => Promise<EventOutcome>;
};

/** Written, told before (by whomever) and only counted, or left out because there were too many. */
export type EventOutcome = 'told' | 'repeated' | 'dropped';

export type EventRecorderOptions = {
  readonly api: Api;
  /** Which process told it. */
  readonly instance: string;
  readonly clock: Clock;
  readonly metrics: Pick<ControllerMetrics, 'event'>;
  readonly log: Log;
};

const REPORTER = 'rootlock.dev/controller';
/** As the API server validates them (events.k8s.io/v1): bytes. */
const MAX_NOTE = 1024;
const MAX_NAME = 253;
/** All events together. */
const OVERALL = { perSecond: 20, burst: 100 };
/** Of one object, as client-go's spam filter has it: 25, then one every five minutes. */
const PER_OBJECT = { perSecond: 1 / 300, burst: 25 };
/** A repetition within this is counted, not told; the server itself keeps an event for an hour. */
const QUIET_MS = 10 * 60_000;
/** Objects and events that are remembered. */
const REMEMBERED = 10_000;

/**
 * Writes events.k8s.io/v1 events. The same one about the same object has the same name, so that it is one event with a
 * count (`series`) however often it is told and whichever process tells it. A new leader looks at everything once: what
 * its predecessor told, and the cluster still has, it takes for told.
 */
export function createEventRecorder({
  api,
  instance,
  clock,
  metrics,
  log,
}: EventRecorderOptions): EventRecorder {
  const overall = createRateLimit({ ...OVERALL, clock });
  const objects = createMemory<RateLimit>();
  const told = createMemory<Told>();

  const allowed = (object: string) => {
    const own = objects.recall(object, () => createRateLimit({ ...PER_OBJECT, clock }));
    return tryTake(own, overall);
  };

  const tell = async (telling: Telling): Promise<EventOutcome> => {
    const name = eventName(telling);
    const seen = told.recall(name, () => ({ count: 0, at: Number.NEGATIVE_INFINITY }));
    seen.count += 1;
    if (clock.now() - seen.at < QUIET_MS) return 'repeated';
    if (!allowed(objectOf(telling))) return 'dropped';
    const first = seen.at === Number.NEGATIVE_INFINITY;
    seen.at = clock.now();
    try {
      const before = first ? await countOf(api, telling, name) : 0;
      seen.count += before;
      if (before > 0) return 'repeated';
      await write(api, telling, { name, instance, count: seen.count });
      return 'told';
    } catch (error) {
      log.warn('telling an event failed', {
        reason: telling.reason,
        object: objectOf(telling),
        error: error instanceof Error ? error : new Error(String(error)),
      });
      seen.at = Number.NEGATIVE_INFINITY;
      return 'dropped';
    }
  };
  return {
    tell: async (telling) => {
      const outcome = await tell(telling);
      metrics.event(outcome);
      return outcome;
    },
  };
}

type Told = { count: number; at: number };

type Written = { readonly name: string; readonly instance: string; readonly count: number };

/** How often it was told by somebody else, as far as the cluster remembers. */
async function countOf(api: Api, telling: Telling, name: string): Promise<number> {
  try {
    const event = await api.json({ path: `${eventsPath(telling)}/${name}` });
    const series = isObject(event) && isObject(event.series) ? event.series : {};
    return typeof series.count === 'number' ? series.count : 1;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 0;
    throw error;
  }
}

/** An event about a cluster-scoped object has to be in the namespace `default` (apis/core/validation/events.go). */
function namespaceFor({ about }: Telling): string {
  return about.namespace ?? 'default';
}

function eventsPath(telling: Telling): string {
  return `/apis/events.k8s.io/v1/namespaces/${namespaceFor(telling)}/events`;
}

async function write(api: Api, telling: Telling, { name, instance, count }: Written): Promise<void> {
  const { reason, about, related, action, note } = telling;
  const namespace = namespaceFor(telling);
  const path = eventsPath(telling);
  const time = microTime(api.now());
  const series = { count, lastObservedTime: time };
  try {
    await api.json({
      method: 'POST',
      path,
      body: {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name, namespace },
        eventTime: time,
        reportingController: REPORTER,
        reportingInstance: instance.slice(0, 128),
        type: EVENT_REASONS[reason].type,
        reason,
        action,
        regarding: about,
        ...(related !== undefined && { related }),
        note: cut(note),
        ...(count > 1 && { series }),
      },
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // The namespace is being ended, and takes no more events.
    if (error.status === 403 && error.message.includes('being terminated')) return;
    if (error.status !== 409) throw error;
    await api.json({
      method: 'PATCH',
      path: `${path}/${name}`,
      contentType: 'application/merge-patch+json',
      body: { series: { ...series, count: Math.max(2, count) } },
    });
  }
}

/** The server counts bytes; a character that does not go in whole is left out. */
function cut(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= MAX_NOTE) return note;
  const begin = bytes.subarray(0, MAX_NOTE - Buffer.byteLength('…'));
  return `${new TextDecoder().decode(begin, { stream: true })}…`;
}

function objectOf({ about }: Telling): string {
  return `${about.kind} ${keyOf(about)}`;
}

/** `web.5f2c…`: what is different about an event, but for its time. */
function eventName(telling: Telling): string {
  const { reason, about, related, action, note } = telling;
  const parts = [reason, action, note, about.kind, about.uid, related?.uid];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  // What is between two dots has to end in a letter or a digit.
  return `${about.name.slice(0, MAX_NAME - 17).replace(/[-.]+$/, '')}.${digest}`;
}

/** Remembers so many things, and forgets the one that was not asked for the longest. */
function createMemory<T>() {
  const entries = new Map<string, T>();
  return {
    recall: (key: string, make: () => T): T => {
      const known = entries.get(key) ?? make();
      entries.delete(key);
      entries.set(key, known);
      const [oldest] = entries.keys();
      if (entries.size > REMEMBERED && oldest !== undefined) entries.delete(oldest);
      return known;
    },
  };
}
