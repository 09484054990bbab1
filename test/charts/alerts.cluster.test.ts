import { expect, test } from '@jest/globals';
import { isArray, type JsonObject } from '../../src/core/json.ts';
import { ALERTS } from './alerts.ts';
import { objects, only } from './helm.ts';
import { valueAt } from './value-at.ts';

const NAMES = ALERTS.map(({ alert }) => alert);

async function rulesOf(rule: JsonObject, more: JsonObject = {}): Promise<readonly unknown[]> {
  const all = await objects({ metrics: { prometheusRule: { enabled: true, ...rule } }, ...more });
  const rules = valueAt(only(all, 'PrometheusRule'), 'spec', 'groups', 0, 'rules');
  return isArray(rules) ? rules : [];
}

test('the PrometheusRule has every alert, as files/alerts.yaml has it', async () => {
  expect(await rulesOf({})).toEqual(
    ALERTS.map(({ alert, expr, severity, summary, description, for: length }) => ({
      alert,
      expr,
      ...(length !== undefined && { for: length }),
      labels: { severity },
      annotations: { summary, description },
    })),
  );
});

test('each alert names its section where the chart is told where the page is, and bears the labels asked for', async () => {
  const runbookUrl = 'https://docs.example.com/alerts';
  const rules = await rulesOf({ runbookUrl, alertLabels: { team: 'platform', severity: 'none' } });
  expect(rules.map((rule) => valueAt(rule, 'annotations', 'runbook_url'))).toEqual(
    NAMES.map((name) => `${runbookUrl}#${name.toLowerCase()}`),
  );
  expect(rules.map((rule) => valueAt(rule, 'labels'))).toEqual(
    ALERTS.map(({ severity }) => ({ severity, team: 'platform' })),
  );
});

test('nothing is asked of a controller that is not there', async () => {
  const rules = await rulesOf({}, { controller: { enabled: false } });
  expect(rules.map((rule) => valueAt(rule, 'alert'))).toEqual(
    ALERTS.filter(({ component }) => component === 'webhook').map(({ alert }) => alert),
  );
});
