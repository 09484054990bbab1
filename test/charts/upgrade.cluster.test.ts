import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { isArray, isObject } from '../../src/core/json.ts';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';
import { CHART, NAMESPACE, RELEASE } from './helm.ts';
import {
  CLUSTER_WIDE,
  CRDS,
  DEFINITIONS,
  installation,
  MUTATING,
  PROFILES,
  SECRET,
  VALIDATING,
} from './installation.ts';
import { valueAt } from './value-at.ts';

const { cluster, install, helm, tryHelm, tokenOf, status, create, pods } = installation();
const folder = temporaryFolder('rootlock-chart-');
afterAll(() => folder.remove());

const MINE = `${PROFILES}/clusterwritablepathprofiles/mine`;
const CONTROLLER = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${RELEASE}-controller`;
const KEPT = { profile: 200, certificate: 'Y2VydA==', bundles: ['Y2E=', 'Y2E='] };

describe.each([
  { how: 'server-side apply (Helm 4)', flag: '--server-side=true' },
  { how: 'client-side apply (as Helm 3 does)', flag: '--server-side=false' },
])('helm upgrade and rollback with $how', ({ flag }) => {
  test('take the definitions and the controller along, and keep profiles, certificate and caBundle', async () => {
    await install([flag], olderChart());
    expect(await columns()).not.toContain('Expires');
    await addProfile();
    await actAsTheWebhook();

    await helm('upgrade', RELEASE, CHART, flag);
    expect(await columns()).toContain('Expires');
    expect(await kept()).toEqual(KEPT);
    expect(await status(CONTROLLER)).toBe(200);

    await helm('rollback', RELEASE, '1', flag);
    expect(await columns()).not.toContain('Expires');
    expect(await kept()).toEqual(KEPT);
    expect(await status(CONTROLLER)).toBe(404);
  });
});

describe('helm uninstall', () => {
  test('leaves no webhook, right or key behind, and keeps workloads and profiles', async () => {
    await install();
    await actAsTheWebhook();
    await pods(NAMESPACE, 4);
    const namespace = await cluster().freshNamespace({ 'rootlock.dev/mode': 'enforce' });
    await create(`/apis/apps/v1/namespaces/${namespace}/deployments`, WORKLOAD);
    const [before] = await pods(namespace, 1);
    await addProfile();

    await helm('uninstall', RELEASE);
    for (const path of [...CLUSTER_WIDE, SECRET]) expect([path, await status(path)]).toEqual([path, 404]);
    await pods(NAMESPACE, 0);
    expect(await status(MINE)).toBe(200);
    const [after] = await pods(namespace, 1);
    expect(valueAt(after, 'metadata', 'uid')).toBe(valueAt(before, 'metadata', 'uid'));
  });

  test('lets the release be installed again, and another one only when it is told to take over', async () => {
    await install();
    await helm('uninstall', RELEASE);
    await install();
    await helm('uninstall', RELEASE);

    const other = ['install', 'other', CHART, '--set', `fullnameOverride=${RELEASE}`];
    const { code, stderr } = await tryHelm(...other);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot be imported') });
    await helm('uninstall', 'other', '--ignore-not-found');
    await helm(...other, '--take-ownership');
    await helm('uninstall', 'other');
  });

  test('takes the definitions along where they are not to be kept', async () => {
    await install(['--set', 'crds.keep=false']);
    await helm('uninstall', RELEASE, '--wait');
    for (const name of DEFINITIONS) expect(await status(`${CRDS}/${name}`)).toBe(404);
  });
});

const WORKLOAD = {
  metadata: { name: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'shop', image: 'nginx:1.27' }] },
    },
  },
};

function addProfile(): Promise<void> {
  return create(`${PROFILES}/clusterwritablepathprofiles`, {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: 'mine' },
    spec: { image: { repository: 'nginx' }, paths: [{ path: '/tmp' }] },
  });
}

/** The chart as an older version would be: no controller, fewer columns and fields in its definitions. */
function olderChart(): string {
  const copy = join(folder.path, 'rootlock');
  cpSync(CHART, copy, { recursive: true });
  rmSync(join(copy, 'templates/controller'), { recursive: true });
  const chart = readFileSync(join(copy, 'Chart.yaml'), 'utf8');
  writeFileSync(join(copy, 'Chart.yaml'), chart.replaceAll(/^(version|appVersion): .*$/gm, '$1: 0.0.9'));
  const crds = join(copy, 'files/crds');
  for (const file of readdirSync(crds)) {
    const definition = parse(readFileSync(join(crds, file), 'utf8'));
    const [version] = definition.spec.versions;
    version.additionalPrinterColumns = version.additionalPrinterColumns.slice(0, 3);
    delete version.schema.openAPIV3Schema.properties.status.properties.lastUsed;
    writeFileSync(join(crds, file), stringify(definition));
  }
  return copy;
}

/** What the running webhook writes: the Secret and both bundles, with the rights of its account. */
async function actAsTheWebhook(): Promise<void> {
  const token = await tokenOf('webhook');
  const secret = await cluster().request({ path: SECRET });
  const filled = { ...(isObject(secret.body) ? secret.body : {}), data: { 'tls.crt': 'Y2VydA==' } };
  expect((await cluster().request({ method: 'PUT', path: SECRET, token, body: filled })).status).toBe(200);
  for (const path of [MUTATING, VALIDATING]) {
    const body = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: 'Y2E=' }];
    const contentType = 'application/json-patch+json';
    const answer = await cluster().request({ method: 'PATCH', path, token, body, contentType });
    expect(answer.status).toBe(200);
  }
}

async function kept(): Promise<unknown> {
  const secret = await cluster().request({ path: SECRET });
  const configurations = await Promise.all([MUTATING, VALIDATING].map((path) => cluster().request({ path })));
  return {
    profile: await status(MINE),
    certificate: valueAt(secret.body, 'data', 'tls.crt'),
    bundles: configurations.map(({ body }) => valueAt(body, 'webhooks', 0, 'clientConfig', 'caBundle')),
  };
}

async function columns(): Promise<readonly unknown[]> {
  const { body } = await cluster().request({ path: `${CRDS}/${DEFINITIONS[0]}` });
  const found = valueAt(body, 'spec', 'versions', 0, 'additionalPrinterColumns');
  return isArray(found) ? found.map((column) => valueAt(column, 'name')) : [];
}
