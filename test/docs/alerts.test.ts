import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ALERTS, type Alert } from '../charts/alerts.ts';
import { expectTable } from './page-table.ts';

const PAGE = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
const WORDS: Readonly<Record<string, string>> = { m: 'minutes', h: 'hour' };

/** `5m` -> `after 5 minutes`. */
function lengthOf({ for: length }: Alert): string {
  if (length === undefined) return 'at once';
  const [, count, unit = ''] = /^(\d+)([mh])$/.exec(length) ?? [];
  return `after ${count} ${WORDS[unit]}`;
}

/** What the page says of each, by its heading: the severity, how long, and the query. */
function documented(): readonly (readonly string[])[] {
  const sections = PAGE.split(/^## /m).slice(1);
  return sections.map((section) => {
    const [, name = '', severity = '', length = '', expr = ''] =
      /^(\w+)\n\n(\w+), (.+)\n\n```promql\n(.*?)```\n\n\w/s.exec(section) ?? [];
    return [name, severity, length, squeezed(expr)];
  });
}

/** Without the blanks and breaks that make a query readable. */
function squeezed(expr: string): string {
  return expr.replaceAll(/\s+/g, ' ').trim();
}

test('docs/alerts.md tells of every alert of the chart, what it asks Prometheus and for how long, and of no other', () => {
  expect(documented()).toEqual(
    ALERTS.map((alert) => [alert.alert, alert.severity, lengthOf(alert), squeezed(alert.expr)]),
  );
});

test('docs/metrics.md lists them', () => {
  const rows = ALERTS.map((alert) => [
    `[${alert.alert}](alerts.md#${alert.alert.toLowerCase()})`,
    alert.severity,
    lengthOf(alert),
    alert.summary.replace('{{ $labels.namespace }}', 'a namespace'),
  ]);
  expectTable('metrics.md', 'alerts', ['alert', 'severity', 'fires', 'tells'], rows);
});
