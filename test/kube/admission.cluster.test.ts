import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueCertificates } from '../../src/http/self-signed.ts';
import { controlPlane } from '../support/control-plane/shared.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { type Installation, install } from './installation.ts';
import { createPod, hardening, warningsOf } from './pods.ts';
import { installTrusted, untilTrusted } from './trust.ts';
import type { WebhookProcess } from './webhook-process.ts';

let installation: Installation;
let webhook: WebhookProcess;
beforeAll(async () => {
  ({ installation, webhook } = await installTrusted(controlPlane(), { failurePolicy: 'Fail' }));
});
afterAll(() => webhook.stop());

const NGINX = { readOnly: true, paths: ['/var/cache/nginx', '/var/run'] };

describe('a pod that is created through the API server', () => {
  test('is hardened, and its author is told', async () => {
    const answer = await createPod(controlPlane(), await installation.optedIn());
    expect(answer.status).toBe(201);
    expect(hardening(answer)).toEqual(NGINX);
    expect(warningsOf(answer)).toEqual([
      'rootlock: web: given a read-only root, with volumes at /var/cache/nginx, /var/run (nginx)',
    ]);
  });

  test('is hardened in a dry run just the same', async () => {
    const answer = await createPod(controlPlane(), await installation.optedIn(), { dryRun: true });
    expect(answer.status).toBe(201);
    expect(hardening(answer)).toEqual(NGINX);
    expect(warningsOf(answer)).toHaveLength(1);
  });

  test('stays as it is in audit mode, and its author is told what enforce would do', async () => {
    const namespace = await installation.optedIn({ 'rootlock.dev/mode': 'audit' });
    const answer = await createPod(controlPlane(), namespace);
    expect(hardening(answer)).toEqual({ readOnly: undefined, paths: [] });
    expect(warningsOf(answer)).toEqual([
      'rootlock: web: enforce would give it a read-only root, with volumes at /var/cache/nginx, /var/run (nginx)',
    ]);
  });

  test('is refused where the namespace denies privileges, with a message that helps', async () => {
    const namespace = await installation.optedIn({ 'rootlock.dev/privileged': 'deny' });
    const answer = await createPod(controlPlane(), namespace, {
      container: { securityContext: { privileged: true } },
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      message: expect.stringMatching(
        /^admission webhook "pods\.rootlock\.dev" denied the request: rootlock: privileged: true in web lets the container/,
      ),
    });
  });

  test('is left to the API server where no profile matches', async () => {
    const answer = await createPod(controlPlane(), await installation.optedIn(), {
      image: 'registry.example.com/nobody/knows:1',
    });
    expect(answer.status).toBe(201);
    expect(hardening(answer)).toEqual({ readOnly: undefined, paths: [] });
    expect(warningsOf(answer)).toEqual([
      'rootlock: web: not hardened: no profile matches the image (registry.example.com/nobody/knows:1)',
    ]);
  });
});

describe('an ephemeral container', () => {
  test.each([
    { labels: {}, status: 200 },
    { labels: { 'rootlock.dev/privileged': 'deny' }, status: 403 },
  ])('that is privileged gets $status in a namespace with $labels', async ({ labels, status }) => {
    const namespace = await installation.optedIn(labels);
    const pod = await createPod(controlPlane(), namespace);
    const { metadata } = pod.body as { metadata: { name: string } };
    // A configuration of its own, of which the API server may know later: refused with 500 until then, under Fail.
    const answer = await waitUntil('the API server trusts the other webhook too', async () => {
      const tried = await controlPlane().request({
        method: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/pods/${metadata.name}/ephemeralcontainers?dryRun=All`,
        contentType: 'application/strategic-merge-patch+json',
        body: {
          spec: {
            ephemeralContainers: [{ name: 'debug', image: 'busybox', securityContext: { privileged: true } }],
          },
        },
      });
      return tried.status === 500 ? undefined : tried;
    });
    expect(answer.status).toBe(status);
    expect(answer.text + warningsOf(answer)).toContain('privileged');
  });
});

describe('without a webhook', () => {
  test('pods are created under Ignore, after it was killed in the middle of its work', async () => {
    const away = await install(controlPlane());
    const killed = await away.start();
    await killed.ready();
    await untilTrusted(controlPlane(), away);
    const namespace = await away.optedIn();
    const twenty = () => Array.from({ length: 20 }, () => createPod(controlPlane(), namespace));
    const underWay = twenty();
    killed.signal('KILL');
    const answers = await Promise.all([...underWay, ...twenty()]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    await killed.stop();
  });

  test('even under Fail, its own namespace and kube-system never call it, and others are refused', async () => {
    const away = await install(controlPlane(), { failurePolicy: 'Fail' });
    const optedIn = await away.optedIn();
    await waitUntil('the API server calls the webhook that is not there', async () => {
      const { status } = await createPod(controlPlane(), optedIn, { dryRun: true });
      return status === 500 || undefined;
    });
    const label = { 'rootlock.dev/mode': 'enforce', 'rootlock-test/installation': away.name };
    for (const namespace of [away.namespace, 'kube-system']) {
      await relabel(namespace, label);
      await controlPlane().ensureServiceAccount(namespace, 'default');
      expect((await createPod(controlPlane(), namespace, { dryRun: true })).status).toBe(201);
    }
    await relabel('kube-system', { 'rootlock.dev/mode': null, 'rootlock-test/installation': null });
  });
});

async function relabel(namespace: string, labels: Readonly<Record<string, string | null>>): Promise<void> {
  await controlPlane().request({
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels } },
  });
}

test('a patch that does not apply refuses the pod even under Ignore: what Rootlock must never send', async () => {
  const { server, port, authority } = await badWebhook();
  const broken = await install(controlPlane(), { port });
  await controlPlane().request({
    method: 'PATCH',
    path: broken.configurationPaths.mutating,
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'add',
        path: '/webhooks/0/clientConfig/caBundle',
        value: Buffer.from(authority).toString('base64'),
      },
    ],
  });
  const namespace = await broken.optedIn();
  // Ignored until then.
  const answer = await waitUntil('the API server has the caBundle', async () => {
    const tried = await createPod(controlPlane(), namespace, { dryRun: true });
    return tried.status === 201 ? undefined : tried;
  });
  server.close();
  server.closeAllConnections();
  expect(answer.status).toBe(500);
  expect(answer.text).toContain('add operation does not apply');
});

/** Answers every review with a patch that adds to a list which is not there. */
async function badWebhook() {
  const { authority, serving } = await issueCertificates({
    names: ['127.0.0.1'],
    now: Date.now(),
    validDays: 1,
  });
  const patch = [{ op: 'add', path: '/spec/nowhere/-', value: 1 }];
  const server = createServer({ cert: serving.certificate, key: serving.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString());
      const answer = {
        uid: asked.uid,
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      };
      const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(review));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, authority: authority.certificate };
}
