import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { objects, only } from './helm.ts';
import { valueAt } from './value-at.ts';

const DASHBOARD = readFileSync(
  new URL('../../charts/rootlock/files/dashboard.json', import.meta.url),
  'utf8',
);

test('the dashboard is a ConfigMap where Grafana’s sidecar looks for it, as the file has it', async () => {
  const dashboard = { enabled: true, namespace: 'monitoring', annotations: { grafana_folder: 'Security' } };
  const map = only(await objects({ metrics: { dashboard } }), 'ConfigMap');
  expect(valueAt(map, 'metadata')).toMatchObject({
    name: 'rootlock-dashboard',
    namespace: 'monitoring',
    labels: { grafana_dashboard: '1', 'app.kubernetes.io/name': 'rootlock' },
    annotations: { grafana_folder: 'Security' },
  });
  expect(JSON.parse(String(valueAt(map, 'data', 'rootlock.json')))).toEqual(JSON.parse(DASHBOARD));
});

test('there is none unless it is asked for', async () => {
  expect((await objects()).filter(({ kind }) => kind === 'ConfigMap')).toEqual([]);
});
