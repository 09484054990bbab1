import { Registry } from 'prom-client';
import { collectProcessMetrics, registerGauges } from './http/metrics.ts';
import {
  type ControllerMetrics,
  createControllerMetrics,
  registerQueueMetrics,
} from './kube/controller/metrics.ts';
import type { UsageBook } from './kube/controller/usage-book.ts';
import { registerProfileMetrics, registerUsageMetrics } from './kube/controller/usage-metrics.ts';
import type { WorkQueue } from './kube/controller/work-queue.ts';
import type { ControllerWorld } from './kube/controller/world.ts';
import { healMetrics } from './kube/heal/metrics.ts';

/** What the gauges are read from, when somebody asks. */
export type ControllerGauges = {
  readonly world: () => Pick<ControllerWorld, 'clusterProfiles' | 'namespacedProfiles' | 'staleness'>;
  readonly queues: ReadonlyMap<string, Pick<WorkQueue, 'depth'>>;
  /** Undefined in a process that does not lead. */
  readonly book: () => UsageBook | undefined;
  readonly now: () => number;
};

/** All metrics of the controller's process; docs/metrics.md tells of them. */
export function controllerMetrics({ world, queues, book, now }: ControllerGauges): ControllerMetrics {
  const registry = new Registry();
  const metrics = createControllerMetrics(registry);
  collectProcessMetrics(registry);
  registerGauges(registry, [
    {
      name: 'rootlock_watch_staleness_seconds',
      help: 'For how long the API server has not answered one of the watches: half a minute while all is well.',
      read: () => world().staleness() / 1000,
    },
  ]);
  registerQueueMetrics(registry, queues);
  registerUsageMetrics(registry, book);
  registerProfileMetrics(registry, { world, leads: () => book() !== undefined, now });
  healMetrics(registry);
  return metrics;
}
