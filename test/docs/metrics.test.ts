import { expect, test } from '@jest/globals';
import type { Registry } from 'prom-client';
import { controllerMetrics } from '../../src/controller-metrics.ts';
import { webhookMetrics } from '../../src/webhook-metrics.ts';
import { expectTable } from './page-table.ts';

const WEBHOOK = webhookMetrics({
  catalogSize: () => 0,
  malformed: () => 0,
  staleness: () => 0,
  renewalFails: () => false,
}).registry;
const CONTROLLER = controllerMetrics({
  world: () => {
    throw new Error('nobody reads these');
  },
  queues: new Map(),
  book: () => undefined,
  now: () => 0,
}).registry;

/** Ours; those of the process have the names and meanings that prom-client gives them everywhere. */
function rowsOf(registry: Registry): readonly string[][] {
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('rootlock_'))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map((metric) => {
      const { name, help, type, labelNames } = metric as unknown as Metric;
      return [`\`${name}\``, type, labelNames.map((label) => `\`${label}\``).join(', '), help];
    });
}

/** What prom-client's types do not tell of its metrics. */
type Metric = {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
};

const HEADS = ['metric', 'type', 'labels', 'tells'];

test('docs/metrics.md tells of every metric of the webhook, and of no other', () => {
  expectTable('metrics.md', 'webhook', HEADS, rowsOf(WEBHOOK));
});

test('docs/metrics.md tells of every metric of the controller, and of no other', () => {
  expectTable('metrics.md', 'controller', HEADS, rowsOf(CONTROLLER));
});

test('the metrics that are there are those that are told of', () => {
  expect(rowsOf(WEBHOOK).length).toBeGreaterThan(10);
  expect(rowsOf(CONTROLLER).length).toBeGreaterThan(12);
});
