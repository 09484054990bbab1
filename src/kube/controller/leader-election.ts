import type { Log } from '../../log.ts';
import { type Api, ApiError } from '../api.ts';
import { type Clock, reflect } from '../reflector.ts';
import { createLeaseClient, type Lease, type LeaseClient, leasesPath, readLease } from './lease.ts';
import { type Instant, type OpenTerm, openTerm, type Term } from './term.ts';

export type LeaderElectionOptions = {
  readonly api: Api;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Different for every process that ever was. */
  readonly identity: string;
  readonly clock: Clock;
  readonly instant: () => Instant;
  readonly log: Log;
  /** Told who leads, whenever that changes. */
  readonly observed?: (holder: string) => void;
};

/** client-go's timings, as kube-controller-manager has them; in milliseconds. */
export const LEASE_TIMINGS = {
  /** Nobody takes over before the lease was seen unchanged for so long, by one's own clock. */
  duration: 15_000,
  /** The holder stops this long after its last renewal: the rest is for what is still under way. */
  renewDeadline: 10_000,
  retryPeriod: 2_000,
  /** Waits are up to so many times longer, so that candidates do not call in step. */
  jitter: 1.2,
} as const;

const REQUEST_MS = 3_000;
/** How long, after a clean stop, what is under way may take to finish before the lease is released. */
const GRACE_MS = 1_500;

/**
 * Stands for election until it is stopped, and leads whenever it is elected: at most one process does at any time.
 * `lead` has to end soon after the term does. Candidates watch the Lease as well as poll it, so that one that was
 * released is taken over at once, and renewals are seen when they are made.
 */
export async function runForLeader(
  options: LeaderElectionOptions,
  lead: (term: Term) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const lease = createLeaseClient({ ...options, timeoutMs: REQUEST_MS });
  while (!stop.aborted) {
    const held = await stand(options, lease, stop);
    if (held !== undefined) await serve(options, lease, held, lead, stop);
  }
}

type Held = { readonly lease: Lease; readonly acquired: Instant };

/** A candidate's life; the answer is the lease once it is ours, or undefined when it is stopped. */
async function stand(
  options: LeaderElectionOptions,
  client: LeaseClient,
  stop: AbortSignal,
): Promise<Held | undefined> {
  const { clock, log } = options;
  const observer = createObserver(options);
  const standing = new AbortController();
  const watching = watchLease(options, observer.observe, AbortSignal.any([stop, standing.signal]));
  try {
    while (!stop.aborted) {
      const begun = options.instant();
      const lease = await acquire(options, client, observer).catch((error: Error) => {
        log.warn('standing for election failed', { error });
        return undefined;
      });
      if (lease !== undefined) {
        options.observed?.(lease.holder);
        return { lease, acquired: begun };
      }
      const retry = LEASE_TIMINGS.retryPeriod * (1 + clock.random() * LEASE_TIMINGS.jitter);
      await observer.vacancy(retry, stop);
    }
    return undefined;
  } finally {
    standing.abort();
    await watching;
  }
}

async function acquire(
  options: LeaderElectionOptions,
  client: LeaseClient,
  observer: Observer,
): Promise<Lease | undefined> {
  const found = await client.read();
  if (found !== undefined) observer.observe(found);
  // A lease that somebody deleted may still be believed in by its holder.
  if (!observer.vacant()) return undefined;
  const renewed = options.api.now();
  const mine = { holder: options.identity, durationMs: LEASE_TIMINGS.duration, renewed, acquireTime: '' };
  if (found === undefined) return unlessTaken(await client.create({ ...mine, transitions: 0 }));
  const record = { ...mine, transitions: found.transitions + 1 };
  return unlessTaken(await client.update(found.resourceVersion, record));
}

function unlessTaken(answer: Lease | 'taken'): Lease | undefined {
  return answer === 'taken' ? undefined : answer;
}

/** What a candidate has seen of the lease. Another machine's clock is never believed: it is timed by one's own. */
type Observer = {
  readonly observe: (lease: Lease) => void;
  readonly vacant: () => boolean;
  /** Resolves when the lease is to be had, or after so many milliseconds. */
  readonly vacancy: (withinMs: number, stop: AbortSignal) => Promise<void>;
};

function createObserver({ clock, observed }: LeaderElectionOptions): Observer {
  let last: Lease | undefined;
  let seenAt = 0;
  let wake = () => {};
  const runsOut = () => (last === undefined || last.holder === '' ? 0 : seenAt + last.durationMs);
  const vacant = () => clock.now() >= runsOut();
  return {
    observe: (lease) => {
      if (lease.resourceVersion === last?.resourceVersion) return;
      if (lease.holder !== last?.holder) observed?.(lease.holder);
      last = lease;
      seenAt = clock.now();
      if (vacant()) wake();
    },
    vacant,
    vacancy: async (withinMs, stop) => {
      const woken = new AbortController();
      wake = () => woken.abort();
      const left = Math.max(0, runsOut() - clock.now()) || withinMs;
      await clock.sleep(Math.min(withinMs, left), AbortSignal.any([stop, woken.signal]));
    },
  };
}

/** Polling goes on beside it: a watch that fails costs speed only. */
function watchLease(
  { api, namespace, name, clock, log }: LeaderElectionOptions,
  observe: (lease: Lease) => void,
  stop: AbortSignal,
): Promise<void> {
  const handlers = {
    replaced: (leases: readonly Lease[]) => leases.forEach(observe),
    changed: observe,
    deleted: () => undefined,
    reached: () => undefined,
    failed: (error: Error) => log.debug('watching the lease failed', { error }),
  };
  const query = { fieldSelector: `metadata.name=${name}` };
  const path = leasesPath(namespace);
  return reflect({ api, path, query, read: readLease, handlers, clock }, stop);
}

/** A leader's life: it ends when the process is stopped, or the lease is lost. */
async function serve(
  options: LeaderElectionOptions,
  client: LeaseClient,
  { lease, acquired }: Held,
  lead: (term: Term) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const { clock, log, identity, instant } = options;
  const open = openTerm({ instant, acquired, renewDeadlineMs: LEASE_TIMINGS.renewDeadline });
  const { term } = open;
  log.info('leading', { identity, transitions: lease.transitions });
  const renewing = renew(options, client, open, lease, stop);
  const leading = lead(term).catch((error: Error) => {
    log.error('leading failed', { error });
    open.cut('a part of the controller failed');
  });

  await aborted(AbortSignal.any([stop, term.ending]));
  open.end('it is being stopped');
  const last = await renewing;
  await Promise.race([leading, clock.sleep(GRACE_MS, term.over)]);
  const stillOurs = open.left() > 0 && !term.over.aborted;
  open.cut('it is being stopped');
  if (stillOurs) await release(options, client, last);
  await leading;
  log.info('no longer leading', { identity });
}

/** The answer is the lease as it was last renewed. */
async function renew(
  { clock, instant, identity, log, api }: LeaderElectionOptions,
  client: LeaseClient,
  open: OpenTerm,
  acquired: Lease,
  stop: AbortSignal,
): Promise<Lease> {
  const until = AbortSignal.any([stop, open.term.ending]);
  let lease = acquired;
  for (;;) {
    await clock.sleep(LEASE_TIMINGS.retryPeriod, until);
    if (until.aborted || open.left() <= 0) return lease;
    const begun = instant();
    try {
      const record = { ...lease, holder: identity, durationMs: LEASE_TIMINGS.duration, renewed: api.now() };
      const answer = await client.update(lease.resourceVersion, record);
      const found = answer === 'taken' ? await client.read() : answer;
      if (found?.holder !== identity) {
        open.cut('somebody else took its lease');
        return lease;
      }
      lease = found;
      if (answer !== 'taken') open.renewed(begun);
    } catch (error) {
      const deleted = error instanceof ApiError && error.status === 404;
      if (deleted) open.cut('somebody deleted its lease');
      log.warn('renewing the lease failed', { error: asError(error), leftMs: Math.round(open.left()) });
    }
  }
}

/** So that the next one need not wait for it to run out. As client-go does it: nobody holds it, and it lasts a second. */
async function release(
  { api, log }: LeaderElectionOptions,
  client: LeaseClient,
  lease: Lease,
): Promise<void> {
  const renewed = api.now();
  const record = { ...lease, holder: '', durationMs: 1_000, acquireTime: '', renewed };
  await client.update(lease.resourceVersion, record).catch((error: Error) => {
    log.warn('releasing the lease failed', { error });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
