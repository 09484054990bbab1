import type { Action, Performed } from '../../core/action.ts';
import type { AdmissionSettings } from '../../core/admission/world.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import type { Clock } from '../reflector.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { UsageBook } from './usage-book.ts';
import type { ControllerWorld } from './world.ts';

/**
 * The controller runtime. One flow, the same for every part of the controller:
 *
 *   reflector -> cache (stripped) -> queue of keys -> reconcile(key) reads the world anew -> actions -> perform
 *
 * | file                 | does                                                                              |
 * |----------------------|-----------------------------------------------------------------------------------|
 * | leader-election.ts   | holds a Lease; hands out a `Term`, which ends before another process can lead      |
 * | fence.ts             | an `Api` whose writes are refused, and aborted, once the term is over              |
 * | cache.ts, world.ts   | pods, profiles and namespaces in memory, reduced to what is read of them           |
 * | usage-book.ts        | what each running pod makes of the catalog                                        |
 * | work-queue.ts        | keys: each once, never twice at work, fair between namespaces, failed ones later   |
 * | perform.ts           | carries out one `Action` and says what became of it                                |
 * | event-recorder.ts    | events: deduplicated, and limited in rate                                          |
 * | run-controllers.ts   | one term: starts the parts below, and ends them                                    |
 *
 * A part is a `Controller`, made by a function of the `ControllerContext` and listed in `src/controller.ts`. What it
 * decides is pure and lies in `src/core`; the part itself only gathers observations and hands on actions. Nothing is
 * kept in memory that the next leader would need: state is in the objects (status, annotations), so that a part may be
 * stopped between any two of its writes.
 */
export type Controller = {
  /** `catalog`: for metrics and logs. */
  readonly name: string;
  /** How many keys may be at work at once. */
  readonly concurrency: number;
  /**
   * Says which keys to look at: once with all of them when a term begins (the caches are in sync by then), and from
   * then on with every change that concerns it. What it returns ends that.
   */
  readonly watch: (enqueue: Enqueue) => () => void;
  /** Looks at one key. A rejection is logged and tried again, later each time. */
  readonly reconcile: (key: string) => Promise<Reconciled>;
};

/** A key is looked at at once, or after so many milliseconds; asked for twice, it is looked at once, at the earlier time. */
export type Enqueue = (key: string, afterMs?: number) => void;

export type Reconciled =
  | { readonly kind: 'done' }
  /** To be looked at again after so many milliseconds, even if nothing changes. */
  | { readonly kind: 'again'; readonly afterMs: number };

export const DONE: Reconciled = { kind: 'done' };

export function again(afterMs: number): Reconciled {
  return { kind: 'again', afterMs };
}

/** What every part is given for one term. */
export type ControllerContext = {
  readonly world: ControllerWorld;
  /** What each pod of the opted-in namespaces makes of the catalog; complete a moment after the term began. */
  readonly usage: UsageBook;
  /** For reading: logs, and what no cache holds. Limited in rate. */
  readonly reads: Api;
  /** Carries out an action. Rejects with `NotLeading` once the term is over. */
  readonly perform: (action: Action) => Promise<Performed>;
  readonly settings: ControllerSettings;
  /** What the webhook decides by, so that the controller comes to the same. */
  readonly admission: {
    readonly settings: () => AdmissionSettings;
    /** Told when the settings are others. What it returns ends that. */
    readonly subscribe: (listener: () => void) => () => void;
  };
  readonly metrics: ControllerMetrics;
  readonly clock: Clock;
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly now: () => number;
  readonly log: Log;
  /** Aborted when the term ends. */
  readonly stop: AbortSignal;
};

/** The installation's choices that parts of the controller read. */
export type ControllerSettings = {
  /** The namespace that Rootlock runs in, where its Lease is. */
  readonly namespace: string;
  /** Milliseconds after which a learned profile that nothing uses is forgotten. */
  readonly forgetAfterMs: number;
  /** How long an owner that was restarted may take until its pods are ready, in milliseconds. */
  readonly rolloutTimeoutMs: number;
  /** Whether a namespace's own `Exempt` profiles count, learned ones aside. */
  readonly namespacedExemptions: boolean;
};
