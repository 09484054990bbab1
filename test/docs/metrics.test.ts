import { expect, test } from '@jest/globals';
import type { Registry } from 'prom-client';
import { controllerRegistry, metricsOf, webhookRegistry } from '../support/registered-metrics.ts';
import { expectTable } from './page-table.ts';

const WEBHOOK = webhookRegistry();
const CONTROLLER = controllerRegistry();

/** Ours; those of the process have the names and meanings that prom-client gives them everywhere. */
function rowsOf(registry: Registry): readonly string[][] {
  return metricsOf(registry)
    .filter(({ name }) => name.startsWith('rootlock_'))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, help, type, labelNames }) => [
      `\`${name}\``,
      type,
      labelNames.map((label) => `\`${label}\``).join(', '),
      help,
    ]);
}

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
