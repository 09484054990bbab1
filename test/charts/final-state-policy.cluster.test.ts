import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/core/admission/decide.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/start.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { objects, only } from './helm.ts';
import { startRecordingWebhook } from './recording-webhook.ts';
import { valueAt } from './value-at.ts';

const HOOKS = '/apis/admissionregistration.k8s.io/v1';
const DENY_ALL = {
  'rootlock.dev/mode': 'enforce',
  'rootlock.dev/privileged': 'deny',
  'rootlock.dev/explicit-false': 'deny',
};
let cluster: ControlPlane;

/** No webhook runs in this cluster: what is denied, the policy denies. */
beforeAll(async () => {
  cluster = await startControlPlane({
    controllers: true,
    admissionPlugins: { disable: ['ServiceAccount'] },
  });
  await applyPolicy({});
}, 120_000);

afterAll(async () => {
  await cluster?.stop();
});

describe('the policy', () => {
  test('has expressions of the right types, as the API server checks them', async () => {
    const checked = await waitUntil('the types are checked', async () => {
      const { body } = await cluster.request({ path: `${HOOKS}/validatingadmissionpolicies/rootlock` });
      return valueAt(body, 'status', 'typeChecking');
    });
    expect(checked).toEqual({});
  });

  test.each<{ what: string; pod: JsonObject }>([
    { what: 'a privileged container', pod: podOf({ privileged: true }) },
    {
      what: 'a privileged init container',
      pod: { spec: { initContainers: [named('init', { privileged: true })], containers: [named('web')] } },
    },
    {
      what: 'a privileged container of an exempt pod',
      pod: podOf({ privileged: true }, { 'rootlock.dev/exempt': 'true' }),
    },
    { what: 'an explicit false', pod: podOf({ readOnlyRootFilesystem: false }) },
    {
      what: 'an explicit false beside an exempt container',
      pod: podOf({ readOnlyRootFilesystem: false }, { 'rootlock.dev/exempt-containers': 'other' }),
    },
  ])('denies $what with the message of the webhook', async ({ pod }) => {
    const namespace = await cluster.freshNamespace(DENY_ALL);
    const message = webhookSays(pod);
    expect(message).toEqual(expect.any(String));
    expect(await policySays(namespace, pod)).toBe(message);
  });

  test.each<{ what: string; labels: JsonObject; pod: JsonObject }>([
    { what: 'a harmless pod', labels: DENY_ALL, pod: podOf({}) },
    {
      what: 'a privileged container where the label warns',
      labels: { ...DENY_ALL, 'rootlock.dev/privileged': 'warn' },
      pod: podOf({ privileged: true }),
    },
    {
      what: 'an explicit false where it is respected',
      labels: { ...DENY_ALL, 'rootlock.dev/explicit-false': 'respect' },
      pod: podOf({ readOnlyRootFilesystem: false }),
    },
    {
      what: 'all that is denied, where the mode is audit',
      labels: { ...DENY_ALL, 'rootlock.dev/mode': 'audit' },
      pod: podOf({ privileged: true, readOnlyRootFilesystem: false }),
    },
    {
      what: 'an exempt pod with an explicit false',
      labels: DENY_ALL,
      pod: podOf({ readOnlyRootFilesystem: false }, { 'rootlock.dev/exempt': 'true' }),
    },
    {
      what: 'an exempt container with an explicit false',
      labels: DENY_ALL,
      pod: podOf({ readOnlyRootFilesystem: false }, { 'rootlock.dev/exempt-containers': 'other, web' }),
    },
    {
      what: 'a pod for Windows nodes',
      labels: DENY_ALL,
      pod: {
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'windows' },
          containers: [named('web', { privileged: true, readOnlyRootFilesystem: false })],
        },
      },
    },
  ])('lets $what through', async ({ labels, pod }) => {
    const namespace = await cluster.freshNamespace(labels as Record<string, string>);
    expect(await policySays(namespace, pod)).toBeUndefined();
  });

  test('says of any pod what the webhook says', async () => {
    const namespace = await cluster.freshNamespace(DENY_ALL);
    await fc.assert(
      fc.asyncProperty(anyPod, async (pod) => {
        expect(await policySays(namespace, pod)).toBe(webhookSays(pod));
      }),
      { numRuns: 200 },
    );
  });

  test('denies what another webhook makes of a harmless pod', async () => {
    const namespace = await cluster.freshNamespace(DENY_ALL);
    const spoiler = await startRecordingWebhook([
      { op: 'add', path: '/spec/containers/0/securityContext', value: { privileged: true } },
    ]);
    try {
      await registerSpoiler(spoiler.clientConfig('/'), namespace);
      await waitUntil('the other webhook is called', async () => {
        await policySays(namespace, podOf({}));
        return spoiler.reviews().length > 0 || undefined;
      });
      expect(await policySays(namespace, podOf({}))).toBe(webhookSays(podOf({ privileged: true })));
    } finally {
      await cluster.request({ method: 'DELETE', path: `${HOOKS}/mutatingwebhookconfigurations/spoiler` });
      await spoiler.stop();
    }
  });

  test('denies a privileged ephemeral container, whatever the pod itself is', async () => {
    const namespace = await cluster.freshNamespace({ 'rootlock.dev/mode': 'enforce' });
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const body = { ...podOf({ privileged: true }), metadata: { name: 'shop' } };
    expect((await cluster.request({ method: 'POST', path, body })).status).toBe(201);
    await relabel(namespace, { 'rootlock.dev/privileged': 'deny' });
    const debug = (securityContext: JsonObject) =>
      cluster.request({
        method: 'PATCH',
        path: `${path}/shop/ephemeralcontainers?dryRun=All`,
        contentType: 'application/strategic-merge-patch+json',
        body: { spec: { ephemeralContainers: [named('debugger', securityContext)] } },
      });
    await waitUntil('the label counts', async () => {
      const { status } = await debug({ privileged: true });
      return status === 403 || undefined;
    });
    expect(await debug({ privileged: true })).toMatchObject({
      status: 403,
      text: expect.stringContaining('privileged: true in debugger lets the container'),
    });
    expect((await debug({})).status).toBe(200);
  });
});

/** The last of this file: the policy is another one from here on. */
test('the policy takes no exemption from pods where the installation takes none', async () => {
  const exempt = podOf({ readOnlyRootFilesystem: false }, { 'rootlock.dev/exempt': 'true' });
  const namespace = await cluster.freshNamespace(DENY_ALL);
  expect(await policySays(namespace, exempt)).toBeUndefined();
  await applyPolicy({ config: { podAnnotations: false } });
  const message = await waitUntil('the policy counts', () => policySays(namespace, exempt));
  expect(message).toBe(webhookSays(exempt, false));
});

function named(name: string, securityContext: JsonObject = {}): JsonObject {
  return { name, image: 'nginx:1.27', securityContext };
}

function podOf(securityContext: JsonObject, annotations: JsonObject = {}): JsonObject {
  return { metadata: { annotations }, spec: { containers: [named('web', securityContext)] } };
}

const anySecurity = fc.record(
  { privileged: fc.boolean(), readOnlyRootFilesystem: fc.boolean(), runAsUser: fc.constant(1000) },
  { requiredKeys: [] },
);

const anyContainers = (prefix: string, least: number) =>
  fc.array(fc.option(anySecurity, { nil: undefined }), { minLength: least, maxLength: 3 }).map((all) =>
    all.map((securityContext, index) => ({
      name: `${prefix}-${index}`,
      image: 'nginx:1.27',
      ...(securityContext && { securityContext }),
    })),
  );

const anyPod: fc.Arbitrary<JsonObject> = fc.record({
  metadata: fc.record(
    {
      annotations: fc.record(
        {
          'rootlock.dev/exempt': fc.constantFrom('true', 'false', 'yes', ''),
          'rootlock.dev/exempt-containers': fc.constantFrom(
            '',
            ',',
            'web-0',
            ' web-0 ,init-0',
            'web-0,,web-1',
            'other',
          ),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
  spec: fc.record(
    { initContainers: anyContainers('init', 0), containers: anyContainers('web', 1) },
    { requiredKeys: ['containers'] },
  ),
});

/** Why the webhook would deny the pod under DENY_ALL. */
function webhookSays(pod: JsonObject, podAnnotations = true): string | undefined {
  const { policy } = readNamespacePolicy(DENY_ALL);
  const decision = decide(
    { pod, namespace: 'shop', policy, policyProblems: [], now: 0 },
    {
      catalog: compileCatalog([], { mirrors: [], namespacedExemptions: true }),
      settings: {
        podAnnotations,
        record: true,
        runtime: { imageVolumePaths: 'unknown', emptyDirMode: true },
      },
    },
  );
  return decision.kind === 'denied' ? `rootlock: ${decision.message}` : undefined;
}

/** Why the API server denies the pod in the policy's name; it keeps nothing. */
async function policySays(namespace: string, pod: JsonObject): Promise<string | undefined> {
  const body = { ...pod, metadata: { ...(pod.metadata as JsonObject), name: 'probe' } };
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status === 201) return undefined;
  const message = String(valueAt(answer.body, 'message'));
  const said = /ValidatingAdmissionPolicy 'rootlock' with binding 'rootlock' denied request: (.*)$/.exec(
    message,
  );
  if (answer.status === 403 && said?.[1] !== undefined) return said[1];
  throw new Error(`the API server answered ${answer.status}: ${message}`);
}

/** Makes or changes the policy, and waits until it counts. */
async function applyPolicy(values: JsonObject): Promise<void> {
  const chart = await objects(values);
  for (const [kind, plural] of [
    ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies'],
    ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'],
  ] as const) {
    const answer = await cluster.request({
      method: 'PATCH',
      path: `${HOOKS}/${plural}/rootlock?fieldManager=test&force=true&fieldValidation=Strict`,
      contentType: 'application/apply-patch+yaml',
      body: only(chart, kind),
    });
    if (answer.status > 201) throw new Error(`applying the ${kind}: ${answer.status} ${answer.text}`);
  }
  const namespace = await cluster.freshNamespace(DENY_ALL);
  await waitUntil('the policy counts', () => policySays(namespace, podOf({ privileged: true })));
}

async function registerSpoiler(clientConfig: JsonObject, namespace: string): Promise<void> {
  const body = {
    metadata: { name: 'spoiler' },
    webhooks: [
      {
        name: 'spoiler.example.com',
        clientConfig,
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
      },
    ],
  };
  const path = `${HOOKS}/mutatingwebhookconfigurations`;
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}

async function relabel(namespace: string, labels: JsonObject): Promise<void> {
  const contentType = 'application/merge-patch+json';
  const path = `/api/v1/namespaces/${namespace}`;
  await cluster.request({ method: 'PATCH', path, contentType, body: { metadata: { labels } } });
}
