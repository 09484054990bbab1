import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ROWS } from '../../scripts/chart/dashboard-panels.ts';
import { isArray, isObject } from '../../src/core/json.ts';
import { startWebhook } from '../http/webhook.ts';
import { controllerRegistry, metricsOf, webhookRegistry } from '../support/registered-metrics.ts';
import { ALERTS } from './alerts.ts';

// The server registers gauges of its own when it is made.
const { server, metrics } = await startWebhook();
afterAll(() => server.stop());

const METRICS = [webhookRegistry(), controllerRegistry(), metrics.registry].flatMap(metricsOf);
/** What Prometheus adds to every series. */
const ADDED = ['job', 'instance'];
/** By the names of the series that each metric has. */
const SERIES = new Map<string, ReadonlySet<string>>(
  METRICS.flatMap(({ name, type, labelNames }) => {
    const labels = [...labelNames, ...ADDED];
    if (type !== 'histogram') return [[name, new Set(labels)]];
    return [
      [`${name}_bucket`, new Set([...labels, 'le'])],
      [`${name}_sum`, new Set(labels)],
      [`${name}_count`, new Set(labels)],
    ];
  }),
);

/** Of the API server; a test on a real one sees them. */
const FOREIGN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['apiserver_admission_webhook_fail_open_count', new Set(['name', 'type'])],
  [
    'apiserver_admission_webhook_rejection_count',
    new Set(['name', 'type', 'operation', 'error_type', 'rejection_code']),
  ],
]);

const NAMED = /\b(?:rootlock|process|nodejs|apiserver)_\w+/g;

/** A query, by its parts: which series it asks for, and which labels it speaks of anywhere. */
function spokenOf(expr: string): { readonly series: readonly string[]; readonly labels: readonly string[] } {
  const matched = [...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label);
  const grouped = [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(','),
  );
  return {
    series: expr.match(NAMED) ?? [],
    labels: [...matched, ...grouped.map((label) => label.trim())],
  };
}

function labelsOf(name: string): ReadonlySet<string> | undefined {
  return SERIES.get(name) ?? FOREIGN.get(name);
}

/** What a query asks for that no metric has. */
function unknownIn(expr: string): readonly string[] {
  const { series, labels } = spokenOf(expr);
  const has = new Set(series.flatMap((name) => [...(labelsOf(name) ?? [])]));
  return [
    ...series.filter((name) => labelsOf(name) === undefined),
    ...labels.filter((label) => !has.has(label)),
  ];
}

const PANELS = ROWS.flatMap(({ panels }) => panels);

describe('the queries of the chart', () => {
  test.each(ALERTS)('the alert $alert speaks of metrics and labels that there are', ({ expr }) => {
    expect(spokenOf(expr).series).not.toEqual([]);
    expect(unknownIn(expr)).toEqual([]);
  });

  test.each(
    PANELS.flatMap(({ title, queries }) => queries.map(({ expr, legend }) => ({ title, expr, legend }))),
  )('the dashboard’s “$title”: $expr speaks of metrics and labels that there are', ({ expr, legend }) => {
    expect(spokenOf(expr).series).not.toEqual([]);
    expect(unknownIn(expr)).toEqual([]);
    const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    const kept = [...spokenOf(expr).labels, ...(/\bby\b/.test(expr) ? [] : ADDED)];
    expect(named.filter((label) => !kept.includes(label ?? ''))).toEqual([]);
  });

  test.each([
    ['rootlock_pod{namespace="a"}', ['rootlock_pod', 'namespace']],
    ['sum by (reasons) (rootlock_pods)', ['reasons']],
    ['rootlock_admission_duration_seconds', ['rootlock_admission_duration_seconds']],
    ['rootlock_queue_depth{namespace=~"a"}', ['namespace']],
  ])('what %s asks for in vain is found', (expr, unknown) => {
    expect(unknownIn(expr)).toEqual(unknown);
  });

  test('are as many as there are', () => {
    expect(ALERTS.length).toBeGreaterThan(8);
    expect(PANELS.length).toBeGreaterThan(20);
  });
});

describe('the dashboard', () => {
  const json: unknown = JSON.parse(
    readFileSync(new URL('../../charts/rootlock/files/dashboard.json', import.meta.url), 'utf8'),
  );
  const panels = isObject(json) && isArray(json.panels) ? json.panels.filter(isObject) : [];

  test('has every panel of the table once, none over another and none beside the grid', () => {
    const cells = panels.flatMap(({ gridPos }) => {
      const { x, y, w, h } = gridPos as { x: number; y: number; w: number; h: number };
      return Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.every((cell) => Number(cell.split(',')[0]) < 24)).toBe(true);
    expect(panels.filter(({ type }) => type !== 'row').map(({ title }) => title)).toEqual(
      PANELS.map(({ title }) => title),
    );
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
