import type { Log } from '../../log.ts';
import type { Clock } from '../reflector.ts';
import type { Controller } from './controller.ts';
import type { ControllerMetrics } from './metrics.ts';
import { createRateLimit } from './rate-limit.ts';
import { NotLeading } from './term.ts';
import { createWorkQueue, type Worked, type WorkQueue } from './work-queue.ts';

export type RunControllersOptions = {
  readonly clock: Clock;
  readonly metrics: Pick<ControllerMetrics, 'reconciled'>;
  readonly log: Log;
  /** Told of the queues while they run, for their gauges. */
  readonly queues: Map<string, WorkQueue>;
};

/** How often failed keys of one controller are tried again, all together (client-go: 10 a second, 100 at once). */
const RETRIES = { perSecond: 10, burst: 100 };

/**
 * Runs the parts of the controller until they are stopped, or one of them fails, and what they had begun is finished.
 * Rejects where one has failed.
 */
export async function runControllers(
  controllers: readonly Controller[],
  options: RunControllersOptions,
  stop: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const until = AbortSignal.any([stop, failed.signal]);
  await Promise.all(
    controllers.map((controller) =>
      runController(controller, options, until).catch((error: unknown) => failed.abort(error)),
    ),
  );
  failed.signal.throwIfAborted();
}

async function runController(
  controller: Controller,
  { clock, metrics, log, queues }: RunControllersOptions,
  stop: AbortSignal,
): Promise<void> {
  const { name, concurrency } = controller;
  const queue = createWorkQueue({ clock, concurrency, retries: createRateLimit({ ...RETRIES, clock }) });
  queues.set(name, queue);
  const work = async (key: string): Promise<Worked> => {
    const begun = clock.now();
    const worked = await look(controller, key, log);
    metrics.reconciled(name, worked.kind, (clock.now() - begun) / 1000);
    return worked;
  };
  try {
    const unwatch = controller.watch(queue.add);
    await queue.run(work, stop).finally(unwatch);
  } finally {
    queues.delete(name);
  }
}

async function look({ name, reconcile }: Controller, key: string, log: Log): Promise<Worked> {
  try {
    return await reconcile(key);
  } catch (cause) {
    // Whoever leads next looks at every key anyway.
    if (isOver(cause)) return { kind: 'done' };
    const error = cause instanceof Error ? cause : new Error(String(cause));
    log.warn('reconciling failed', { controller: name, key, error });
    return { kind: 'failed' };
  }
}

function isOver(error: unknown): boolean {
  if (error instanceof NotLeading) return true;
  return error instanceof Error && error.cause !== undefined && isOver(error.cause);
}
