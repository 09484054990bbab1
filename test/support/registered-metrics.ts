import type { Registry } from 'prom-client';
import { controllerMetrics } from '../../src/controller-metrics.ts';
import { webhookMetrics } from '../../src/webhook-metrics.ts';

/** What prom-client's types do not tell of its metrics. */
export type RegisteredMetric = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
};

/** The webhook's metrics, but for those of its server. */
export function webhookRegistry(): Registry {
  return webhookMetrics({
    catalogSize: () => 0,
    malformed: () => 0,
    staleness: () => 0,
    renewalFails: () => false,
  }).registry;
}

export function controllerRegistry(): Registry {
  return controllerMetrics({
    world: () => {
      throw new Error('nobody reads these');
    },
    queues: new Map(),
    book: () => undefined,
    now: () => 0,
  }).registry;
}

export function metricsOf(registry: Registry): readonly RegisteredMetric[] {
  return registry.getMetricsAsArray() as unknown as readonly RegisteredMetric[];
}
