import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isArray, isObject } from '../../src/core/json.ts';
import { objects, only } from './helm.ts';
import { valueAt } from './value-at.ts';

const PAGE = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
const WORDS: Readonly<Record<string, string>> = { m: 'minutes', h: 'hour' };

/** `rootlock_queue_depth > 1000` for 10 minutes: the second column of the table of alerts. */
function documented(): string[] {
  const section = PAGE.split(/^## /m).find((each) => each.startsWith('What to be woken by\n')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.split('|')[2]?.trim() ?? '');
}

function told({ expr, for: length }: { readonly [key: string]: unknown }): string {
  const [, count, unit = ''] = /^(\d+)([mh])$/.exec(String(length)) ?? [];
  return count === undefined ? `\`${expr}\`` : `\`${expr}\` for ${count} ${WORDS[unit]}`;
}

test('the alerts of the chart are those that docs/metrics.md says what to do about', async () => {
  const all = await objects({ metrics: { prometheusRule: { enabled: true } } });
  const rules = valueAt(only(all, 'PrometheusRule'), 'spec', 'groups', 0, 'rules');
  const alerts = (isArray(rules) ? rules : []).filter(isObject);
  expect(alerts.map(told).toSorted()).toEqual(documented().toSorted());
});
