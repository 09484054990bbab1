import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROWS } from '../../scripts/chart/dashboard-panels.ts';
import { isArray, isObject, type JsonObject, textOf } from '../../src/core/json.ts';
import { NAMESPACE, RELEASE } from '../charts/helm.ts';
import { SECRET } from '../charts/installation.ts';
import { KINDS_OF_OTHERS, serveKind } from '../charts/kinds-of-others.ts';
import { itemsOf, valueAt } from '../charts/value-at.ts';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { run } from '../support/node/run.ts';
import { cluster } from '../support/node/shared.ts';
import { type Discovery, startDiscovery } from '../support/prometheus/discovery.ts';
import { prometheusProgram } from '../support/prometheus/programs.ts';
import { scrapeConfigsOf } from '../support/prometheus/scrape-config.ts';
import { type Prometheus, type Sample, startPrometheus } from '../support/prometheus/server.ts';
import { dryRunIsHardened, podsOfComponent, untilHardening, useKubectl } from './release.ts';

const { controlPlane, node } = cluster();
const MONITORING = '/apis/monitoring.coreos.com/v1';
/** It is in the catalog, and on no node here: its pod is made, and does not run. */
const KNOWN = 'docker.io/library/redis:7';
const PROGRAM = 'registry.example.com/team/monitored:1';
const ALONE = 'registry.example.com/team/alone:1';
/** It says that it has to write where nothing can be mounted, so that healing gives up at once. */
const FAILS = 'echo "open /usr/bin/state: Read-only file system"; sleep 2; exit 1';
const folder = temporaryFolder('rootlock-prometheus-');

let shop: string;
let discovery: Discovery;
let prometheus: Prometheus;

/** Names that prom-client gives in every program that uses it, and dashboards for it ask for. */
const OF_PROM_CLIENT = ['handles', 'requests', 'resources'].map(
  (what) => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
);

type AlertState = { readonly labels: Readonly<Record<string, string>>; readonly state: string };

/** Of the values: what is installed for Prometheus. */
export const MONITORED = 'metrics.serviceMonitor.enabled=true,metrics.prometheusRule.enabled=true';

/** Has the cluster know the kinds of the Prometheus operator. */
export async function serveMonitoringKinds(): Promise<void> {
  for (const kind of KINDS_OF_OTHERS) await serveKind(controlPlane, kind);
}

/** What the chart installs for Prometheus, while it runs with its ServiceMonitors and PrometheusRule. Its replicas are gone afterwards. */
export function describeMonitoring(): void {
  beforeAll(async () => {
    discovery = await startDiscovery(controlPlane, NAMESPACE);
    prometheus = await startPrometheus(folder.path, await configuration());
    shop = await controlPlane.freshNamespace({
      'rootlock.dev/mode': 'enforce',
      'rootlock.dev/unknown-images': 'scratch',
    });
    for (const name of [PROGRAM, ALONE]) await node.makeImage({ name });
    await untilHardening(shop);
    // What is counted before Prometheus has seen the counter is no increase.
    await data('rootlock_heals_total{cause="blocked-path"} == 0');
    await makePods();
  }, 120_000);

  afterAll(async () => {
    await prometheus?.stop();
    await discovery?.stop();
    await folder.remove();
  }, 60_000);

  describe('the ServiceMonitors', () => {
    test('have every replica scraped, and nothing else', async () => {
      const expected = [
        'apiserver',
        ...['webhook', 'webhook', 'controller', 'controller'].map(jobOf),
      ].toSorted();
      let seen: unknown;
      await waitUntil(
        'every target is up',
        async () => {
          const { activeTargets } = await prometheus.get('targets?state=active');
          seen = activeTargets;
          const targets = (isArray(activeTargets) ? activeTargets : []).filter(isObject);
          if (targets.some(({ health }) => health !== 'up')) return undefined;
          const jobs = targets.map((target) => valueAt(target, 'labels', 'job')).toSorted();
          return JSON.stringify(jobs) === JSON.stringify(expected) || undefined;
        },
        { saw: () => JSON.stringify(seen) },
      );
    });

    test('leave a metric the namespace of the pods that it tells of', async () => {
      const pods = await data(`rootlock_pods{namespace="${shop}"}`);
      expect(new Set(pods.map(({ metric }) => metric.job))).toEqual(new Set([jobOf('controller')]));
      const ready = await data('rootlock_webhook_ready == 1');
      expect(ready.map(({ metric }) => metric.namespace)).toEqual([NAMESPACE, NAMESPACE]);
    });
  });

  describe('promtool', () => {
    test.each([
      { component: 'webhook', read: (host: string) => overTls(host, '/metrics') },
      {
        component: 'controller',
        read: async (host: string) => (await fetch(`http://${host}:8080/metrics`)).text(),
      },
    ] as const)(
      'finds nothing wrong with the metrics of the $component that is ours',
      async ({ component, read }) => {
        const file = join(folder.path, `${component}.prom`);
        const metrics = await read(await addressOf(component));
        expect(metrics).toContain('# TYPE rootlock_watch_staleness_seconds gauge\n');
        writeFileSync(file, metrics);
        const check = 'exec "$1" check metrics < "$2"';
        const { stdout, stderr } = await run('sh', [
          '-c',
          check,
          'sh',
          await prometheusProgram('promtool'),
          file,
        ]);
        expect(`${stdout}${stderr}`.trim().split('\n')).toEqual(OF_PROM_CLIENT);
      },
    );
  });

  describe('the dashboard', () => {
    /** These show only what goes wrong. */
    const ERRORS = ['rootlock_webhook_errors_total', 'rootlock_admission_refused_total'];
    const NEVER = 'rootlock_admission_shed_total';
    const QUERIES = ROWS.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ title, expr }))),
    );

    test.each(QUERIES)('gets data for “$title”: $expr', async ({ expr }) => {
      const asked = expr.replaceAll('$__rate_interval', '1m').replaceAll('$namespace', '.*');
      if (expr.includes(NEVER)) expect(await prometheus.query(asked)).toEqual([]);
      else if (ERRORS.some((metric) => expr.includes(metric))) await data(asked, misuse);
      else await data(asked);
    });

    test('offers the namespaces that there is something to tell of', async () => {
      const found = await prometheus.query('count by (namespace) (rootlock_pods)');
      expect(found.map(({ metric }) => metric.namespace)).toContain(shop);
    });
  });

  describe('the alerts', () => {
    test('are all asked for without an error', async () => {
      await waitUntil('every rule has been asked for', async () => {
        const rules = await rulesSeen();
        const unsound = rules.filter(({ health }) => health !== 'ok' && health !== 'unknown');
        expect(unsound).toEqual([]);
        return (rules.length > 12 && rules.every(({ health }) => health === 'ok')) || undefined;
      });
    });

    test('are silent on what is well', async () => {
      const quiet = [
        'RootlockWebhookAway',
        'RootlockWebhookFails',
        'RootlockReviewsShed',
        'RootlockCertificateNotRenewed',
        'RootlockProfilesUnreadable',
        'RootlockKnowledgeOld',
        'RootlockNobodyLeads',
      ];
      await waitUntil('nothing is told', async () => {
        const told = (await rulesSeen()).filter(
          ({ name, state }) => quiet.includes(String(name)) && state !== 'inactive',
        );
        return told.length === 0 || undefined;
      });
    });

    test('tell of a workload that fails, and that healing gave up on it', async () => {
      await told('RootlockHardenedPodsFail', { namespace: shop });
      const gaveUp = await told('RootlockImageLeftUnhardened', { cause: 'blocked-path' });
      expect(gaveUp.map(({ state }) => state)).toEqual(['firing']);
    });

    test('tell that nobody leads, and go on to tell what the last leader said', async () => {
      await scale('controller', 0);
      await told('RootlockNobodyLeads');
      await waitUntil('nobody tells of pods', async () => {
        return (await prometheus.query('rootlock_failing_pods')).length === 0 || undefined;
      });
      await told('RootlockHardenedPodsFail', { namespace: shop });
    });

    test('tell that no webhook is there, and that the API server does not reach it', async () => {
      await scale('webhook', 0);
      await told('RootlockWebhookAway');
      await told('RootlockWebhookNotReached', { name: 'pods.rootlock.dev' }, () => dryRunIsHardened(shop));
    });
  });
}

/** What the Prometheus operator would make of the monitors and the rules in the cluster; and the API server, as is usual. */
async function configuration(): Promise<JsonObject> {
  const options = {
    discovery: discovery.url,
    folder: folder.path,
    secret: async (name: string, key: string) => {
      expect(SECRET.endsWith(`/${name}`)).toBe(true);
      const { body } = await controlPlane.request({ path: SECRET });
      return Buffer.from(textOf(valueAt(body, 'data', key)) ?? '', 'base64').toString();
    },
  };
  const monitors = await listed('servicemonitors');
  expect(monitors).toHaveLength(2);
  const scraped = await Promise.all(monitors.map((monitor) => scrapeConfigsOf(monitor, options)));
  const [rule] = await listed('prometheusrules');
  const rules = join(folder.path, 'rules.json');
  writeFileSync(rules, JSON.stringify(rule?.spec));
  const { host } = new URL(controlPlane.url);
  const apiServer = {
    job_name: 'apiserver',
    scheme: 'https',
    authorization: { credentials: controlPlane.adminToken },
    tls_config: { ca_file: controlPlane.caFile },
    static_configs: [{ targets: [host] }],
  };
  return {
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [...scraped.flat(), apiServer],
  };
}

async function listed(plural: string): Promise<readonly JsonObject[]> {
  const { body } = await controlPlane.request({
    path: `${MONITORING}/namespaces/${NAMESPACE}/${plural}`,
  });
  return itemsOf(body).filter(isObject);
}

/** One that is hardened, one that is left alone, and two that fail: the one without an owner is not replaced, and goes on to. */
async function makePods(): Promise<void> {
  const pods = [
    { name: 'hardened', image: KNOWN, script: 'sleep 3600', annotations: {} },
    { name: 'exempt', image: PROGRAM, script: 'sleep 3600', annotations: { 'rootlock.dev/exempt': 'true' } },
    { name: 'alone', image: ALONE, script: FAILS, annotations: {} },
  ];
  for (const { name, image, script, annotations } of pods) {
    const container = { name: 'main', image, imagePullPolicy: 'Never', command: ['sh', '-c', script] };
    const metadata = { name, annotations };
    await create(`/api/v1/namespaces/${shop}/pods`, { metadata, spec: { containers: [container] } });
  }
  const labels = { app: 'fails' };
  const container = { name: 'main', image: PROGRAM, imagePullPolicy: 'Never', command: ['sh', '-c', FAILS] };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: 1, containers: [container] },
  };
  await create(`/apis/apps/v1/namespaces/${shop}/deployments`, {
    metadata: { name: 'fails' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  });
}

/** What is no review, and what is no TLS. */
async function misuse(): Promise<void> {
  const address = await addressOf('webhook');
  await overTls(address, '/mutate');
  await inPlainText(address);
}

async function create(path: string, body: JsonObject): Promise<void> {
  const answer = await controlPlane.request({ method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}

async function addressOf(component: 'webhook' | 'controller'): Promise<string> {
  const [pod] = (await podsOfComponent(component)).items;
  return pod?.status?.podIP ?? '';
}

function overTls(host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port: 8443, path, rejectUnauthorized: false }, (response) =>
      text(response).then(resolve, reject),
    ).on('error', reject);
  });
}

/** A client that does not know that it has to speak TLS. */
function inPlainText(host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(8443, host, () => socket.write('GET / HTTP/1.1\r\nHost: webhook\r\n\r\n'));
    socket.on('error', reject).on('close', () => resolve());
  });
}

function jobOf(component: string): string {
  return `${RELEASE}-${component}`;
}

/** What is done again and again while something is waited for. */
type Deed = () => Promise<unknown>;
const nothing: Deed = async () => undefined;

/** What a query answers, once it has an answer that is a number. */
function data(expr: string, meanwhile: Deed = nothing): Promise<readonly Sample[]> {
  return waitUntil(`data for ${expr}`, async () => {
    await meanwhile();
    const samples = await prometheus.query(expr);
    return samples.some(({ value }) => !Number.isNaN(value)) ? samples : undefined;
  });
}

async function rulesSeen(): Promise<readonly JsonObject[]> {
  const { groups } = await prometheus.get('rules?type=alert');
  const rules = isArray(groups) ? valueAt(groups[0], 'rules') : [];
  return (isArray(rules) ? rules : []).filter(isObject);
}

/** The alerts of a rule that bear some labels, once there is one that waits for its time, or fires. */
function told(
  alert: string,
  labels: Readonly<Record<string, string>> = {},
  meanwhile: Deed = nothing,
): Promise<readonly AlertState[]> {
  let seen: unknown;
  return waitUntil(
    `${alert} is told`,
    async () => {
      await meanwhile();
      const rule = (await rulesSeen()).find(({ name }) => name === alert);
      seen = rule;
      const alerts = isArray(rule?.alerts) ? (rule.alerts as unknown as readonly AlertState[]) : [];
      const meant = alerts.filter((each) =>
        Object.entries(labels).every(([label, value]) => each.labels[label] === value),
      );
      return meant.length > 0 ? meant : undefined;
    },
    { saw: () => JSON.stringify(seen) },
  );
}

async function scale(component: string, replicas: number): Promise<void> {
  await useKubectl(
    'scale',
    `deployment/${jobOf(component)}`,
    `--replicas=${replicas}`,
    `--namespace=${NAMESPACE}`,
  );
}
