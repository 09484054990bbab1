import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isArray } from '../../src/core/json.ts';
import { objects, only } from '../charts/helm.ts';
import { valueAt } from '../charts/value-at.ts';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';
import { promtool } from '../support/prometheus/programs.ts';
import { ALERT_CASES, type AlertCase, HEALTHY } from './alert-cases.ts';

const folder = temporaryFolder('rootlock-alerts-');
const RULES = join(folder.path, 'rules.json');
let names: readonly string[] = [];

beforeAll(async () => {
  const { spec } = only(await objects({ metrics: { prometheusRule: { enabled: true } } }), 'PrometheusRule');
  writeFileSync(RULES, JSON.stringify(spec));
  const rules = valueAt(spec, 'groups', 0, 'rules');
  names = (isArray(rules) ? rules : []).map((rule) => String(valueAt(rule, 'alert')));
}, 60_000);

afterAll(() => folder.remove());

test('Prometheus finds nothing wrong with the rules of the chart', async () => {
  const { status, stdout, stderr } = await promtool('check', 'rules', '--lint=all', '--lint-fatal', RULES);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`SUCCESS: ${names.length} rules found`);
});

describe('an alert', () => {
  test.each(ALERT_CASES)('$title', async (given) => {
    const file = join(folder.path, 'test.json');
    writeFileSync(file, JSON.stringify(testOf(given)));
    const { status, stdout, stderr } = await promtool('test', 'rules', file);
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: expect.any(String) });
  });

  test('has a case in which it fires, and one in which it does not, whichever it is', () => {
    const fired = new Set(ALERT_CASES.flatMap(({ fires }) => Object.values(fires).flat()).map(nameIn));
    expect(names.filter((name) => !fired.has(name))).toEqual([]);
    const quiet = new Set(ALERT_CASES.filter(({ fires }) => isQuiet(fires)).flatMap(({ about }) => about));
    expect(names.filter((name) => !quiet.has(name))).toEqual([]);
  });
});

/** What promtool reads: all series of a healthy installation, but for those that the case has of its own. */
function testOf({ series, fires }: AlertCase) {
  const all = Object.entries({ ...HEALTHY, ...series }).filter(([, values]) => values !== '');
  return {
    rule_files: [RULES],
    evaluation_interval: '30s',
    tests: [
      {
        interval: '30s',
        input_series: all.map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(fires).map(([time, alerts]) => ({
          expr: FIRING,
          eval_time: time,
          exp_samples: alerts.map((labels) => ({ labels: labelled(labels), value: 1 })),
        })),
      },
    ],
  };
}

/** All that fire, by the labels that tell one from another. */
const FIRING =
  'count by (alertname, namespace, name, kind, limit, cause, controller, instance) (ALERTS{alertstate="firing"})';

/** `RootlockPodsMissed namespace=shop` as Prometheus writes it. */
function labelled(alert: string): string {
  const labels = alert.split(' ').map((part, index) => (index === 0 ? `alertname=${part}` : part));
  return `{${labels.map((label) => label.replace(/=(.*)/, '="$1"')).join(', ')}}`;
}

function nameIn(alert: string): string {
  return alert.split(' ')[0] ?? '';
}

function isQuiet(fires: AlertCase['fires']): boolean {
  return Object.values(fires).every((alerts) => alerts.length === 0);
}
