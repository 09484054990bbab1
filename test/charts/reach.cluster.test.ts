import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isArray, isObject, type JsonObject } from '../../src/core/json.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/start.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { NAMESPACE, objects, only } from './helm.ts';
import { type RecordingWebhook, startRecordingWebhook } from './recording-webhook.ts';

let cluster: ControlPlane;
let webhook: RecordingWebhook;

beforeAll(async () => {
  cluster = await startControlPlane({ admissionPlugins: { disable: ['ServiceAccount'] } });
  webhook = await startRecordingWebhook();
  const chart = await objects({ admission: { failurePolicy: 'Fail', excludedNamespaces: ['spared'] } });
  for (const [kind, plural] of CONFIGURATIONS) {
    await created(`${HOOKS}/${plural}`, redirected(only(chart, kind)));
  }
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', NAMESPACE, 'spared', 'sample']) {
    await labelled(name, { 'rootlock.dev/mode': 'enforce' });
  }
  await created('/api/v1/namespaces/sample/pods', pod({}));
  const debug = { path: '/api/v1/namespaces/sample/pods/probe', query: '?dryRun=All' };
  await waitUntil('the API server calls both webhooks', async () => {
    await tryPod('sample');
    await addDebugger(debug);
    return new Set(callsFor('sample')).size === 2 || undefined;
  });
}, 120_000);

afterAll(async () => {
  await webhook?.stop();
  await cluster?.stop();
});

const HOOKS = '/apis/admissionregistration.k8s.io/v1';
const CONFIGURATIONS = [
  ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'],
  ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'],
] as const;

describe('the API server calls the webhook', () => {
  test.each([
    { mode: 'audit', calls: 1 },
    { mode: 'enforce', calls: 1 },
    { mode: 'off', calls: 0 },
    { mode: 'enforced', calls: 0 },
    { mode: undefined, calls: 0 },
  ])('$calls times for a pod where the label says $mode', async ({ mode, calls }) => {
    const namespace = await cluster.freshNamespace(mode === undefined ? {} : { 'rootlock.dev/mode': mode });
    expect(await tryPod(namespace)).toBe(201);
    expect(callsFor(namespace)).toEqual(Array(calls).fill('/mutate CREATE'));
  });

  test.each(['kube-system', 'kube-public', 'kube-node-lease', NAMESPACE, 'spared'])(
    'never for a pod in %s, though it is labelled',
    async (namespace) => {
      expect(await tryPod(namespace)).toBe(201);
      expect(callsFor(namespace)).toEqual([]);
    },
  );

  test.each([
    { pod: 'a mirror of a static pod', metadata: { annotations: { 'kubernetes.io/config.mirror': 'a' } } },
    { pod: 'a Windows pod', spec: { os: { name: 'windows' } } },
    { pod: 'a pod for Windows nodes', spec: { nodeSelector: { 'kubernetes.io/os': 'windows' } } },
    { pod: 'a pod for older Windows nodes', spec: { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } } },
  ])('never for $pod', async (given) => {
    const namespace = await cluster.freshNamespace({ 'rootlock.dev/mode': 'enforce' });
    expect(await tryPod(namespace, given)).toBe(201);
    expect(callsFor(namespace)).toEqual([]);
  });

  test.each([
    { pod: 'a pod that names Linux', spec: { os: { name: 'linux' } } },
    { pod: 'a pod for Linux nodes', spec: { nodeSelector: { 'kubernetes.io/os': 'linux' } } },
    {
      pod: 'a Linux pod whose node selector is about something else',
      spec: { nodeSelector: { disk: 'ssd' }, os: { name: 'linux' } },
    },
    {
      pod: 'an exempt pod, whose privileges count',
      metadata: { annotations: { 'rootlock.dev/exempt': 'true' } },
    },
  ])('for $pod', async (given) => {
    const namespace = await cluster.freshNamespace({ 'rootlock.dev/mode': 'enforce' });
    expect(await tryPod(namespace, given)).toBe(201);
    expect(callsFor(namespace)).toEqual(['/mutate CREATE']);
  });

  test('for an ephemeral container, and for no other change of a pod', async () => {
    const namespace = await cluster.freshNamespace({ 'rootlock.dev/mode': 'enforce' });
    const path = `/api/v1/namespaces/${namespace}/pods`;
    await created(path, pod({}));
    const change = async (at: string, body: JsonObject) => {
      const contentType = 'application/strategic-merge-patch+json';
      const answer = await cluster.request({
        method: 'PATCH',
        path: `${path}/probe${at}`,
        contentType,
        body,
      });
      expect(answer.status).toBe(200);
    };
    expect(await addDebugger({ path: `${path}/probe` })).toBe(200);
    await change('', { metadata: { labels: { seen: 'true' } } });
    await change('/status', { status: { message: 'seen' } });
    await cluster.request({ method: 'DELETE', path: `${path}/probe` });
    expect(callsFor(namespace)).toEqual(['/mutate CREATE', '/judge UPDATE ephemeralcontainers']);
  });
});

/** The last of this file: the webhook is gone from here on. */
test('a webhook that is away keeps pods out of labelled namespaces under Fail, but never of its own or the system', async () => {
  const unlabelled = await cluster.freshNamespace();
  const labelledOne = await cluster.freshNamespace({ 'rootlock.dev/mode': 'enforce' });
  await webhook.stop();
  const answers = await Promise.all(
    ['kube-system', NAMESPACE, unlabelled, labelledOne].map((namespace) => tryPod(namespace)),
  );
  expect(answers).toEqual([201, 201, 201, 500]);
});

type Given = { readonly metadata?: JsonObject; readonly spec?: JsonObject };

function pod({ metadata = {}, spec = {} }: Given): JsonObject {
  return {
    metadata: { name: 'probe', ...metadata },
    spec: { nodeName: 'node1', containers: [{ name: 'web', image: 'nginx:1.27' }], ...spec },
  };
}

/** The status of a dry run: the webhook is called, and nothing stays. */
async function tryPod(namespace: string, given: Given = {}): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  return (await cluster.request({ method: 'POST', path, body: pod(given) })).status;
}

/** Of a pod; the status. */
async function addDebugger({ path, query = '' }: { readonly path: string; readonly query?: string }) {
  const answer = await cluster.request({
    method: 'PATCH',
    path: `${path}/ephemeralcontainers${query}`,
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { ephemeralContainers: [{ name: 'debugger', image: 'busybox' }] } },
  });
  return answer.status;
}

function callsFor(namespace: string): string[] {
  return webhook
    .reviews()
    .filter((review) => review.namespace === namespace)
    .map(({ path, operation, subResource = '' }) => `${path} ${operation} ${subResource}`.trim());
}

/** The chart's configuration, with the address of our listener in place of the Service. */
function redirected(configuration: JsonObject): JsonObject {
  const webhooks = isArray(configuration.webhooks) ? configuration.webhooks.filter(isObject) : [];
  const paths = webhooks.map(({ clientConfig }) =>
    isObject(clientConfig) && isObject(clientConfig.service) ? String(clientConfig.service.path) : '',
  );
  return {
    ...configuration,
    webhooks: webhooks.map((each, index) => ({
      ...each,
      clientConfig: webhook.clientConfig(paths[index] ?? ''),
    })),
  };
}

async function labelled(name: string, labels: JsonObject): Promise<void> {
  await cluster.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  const contentType = 'application/merge-patch+json';
  const path = `/api/v1/namespaces/${name}`;
  const answer = await cluster.request({
    method: 'PATCH',
    path,
    contentType,
    body: { metadata: { labels } },
  });
  if (answer.status !== 200) throw new Error(`PATCH ${path} answered ${answer.status}: ${answer.text}`);
}

async function created(path: string, body: JsonObject): Promise<void> {
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}
