import { X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isObject } from '../../../src/core/json.ts';
import { issueCertificates } from '../../../src/http/self-signed.ts';
import { dataOf } from '../../../src/kube/certificates/contents.ts';
import { freePort } from '../../support/control-plane/ports.ts';
import { controlPlane } from '../../support/control-plane/shared.ts';
import { temporaryFolder } from '../../support/control-plane/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { helmApply, type Installation, install } from '../installation.ts';
import { createPod, hardening } from '../pods.ts';
import { webhookRules } from '../rbac.ts';
import { startLoad } from '../review-load.ts';
import { bundlesOf } from '../trust.ts';
import type { WebhookProcess } from '../webhook-process.ts';

const DAY = 86_400_000;
const running: WebhookProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((webhook) => webhook.stop()));
});

async function started(installation: Installation, ports = [installation.port], lifetime = '90d') {
  const env = { ROOTLOCK_CERTIFICATE_LIFETIME: lifetime };
  const replicas = await Promise.all(ports.map((port) => installation.start({ port, env })));
  running.push(...replicas);
  await Promise.all(replicas.map((replica) => replica.ready()));
  return replicas;
}

/** Whether the API server calls the webhook, which it does only where it trusts its certificate. */
async function works(installation: Installation): Promise<boolean> {
  const answer = await createPod(controlPlane(), await installation.optedIn(), { dryRun: true });
  return hardening(answer).readOnly === true;
}

async function untilItWorks(installation: Installation): Promise<void> {
  await until(() => works(installation), 20_000);
}

async function secretData({ secretPath }: Installation): Promise<Readonly<Record<string, string>>> {
  const { body } = await controlPlane().request({ path: secretPath });
  const data = isObject(body) && isObject(body.data) ? body.data : {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString()]),
  );
}

async function patchSecret({ secretPath }: Installation, data: Readonly<Record<string, unknown>>) {
  await controlPlane().request({
    method: 'PATCH',
    path: secretPath,
    contentType: 'application/merge-patch+json',
    body: { data },
  });
}

describe('two replicas that start at once', () => {
  test('agree on one certificate, which both configurations come to trust', async () => {
    const installation = await install(controlPlane());
    await started(installation, [installation.port, await freePort()]);
    await untilItWorks(installation);
    const data = await secretData(installation);
    expect(await bundlesOf(controlPlane(), installation)).toEqual([data['ca.crt'], data['ca.crt']]);
    expect(data['ca.crt']?.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    const serving = new X509Certificate(data['tls.crt'] ?? '');
    expect(serving.subjectAltName).toContain(
      `DNS:${installation.name}-webhook.${installation.namespace}.svc`,
    );
    expect((serving.validToDate.getTime() - Date.now()) / DAY).toBeCloseTo(90, 1);
    expect(data).not.toHaveProperty('ca.key');
  });
});

describe('what was damaged is repaired', () => {
  test('a caBundle that was wiped, or is wrong', async () => {
    const installation = await install(controlPlane());
    await started(installation);
    await untilItWorks(installation);
    const [before] = await bundlesOf(controlPlane(), installation);
    for (const path of Object.values(installation.configurationPaths)) {
      await controlPlane().request({
        method: 'PATCH',
        path,
        contentType: 'application/json-patch+json',
        body: [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }],
      });
    }
    await until(
      async () => (await bundlesOf(controlPlane(), installation)).every((bundle) => bundle === before),
      10_000,
    );
    await untilItWorks(installation);
  });

  test.each<{ damage: string; how: (installation: Installation) => Promise<unknown> }>([
    {
      damage: 'deleted',
      how: ({ secretPath: path }) => controlPlane().request({ method: 'DELETE', path }),
    },
    { damage: 'emptied', how: (installation) => patchSecret(installation, EMPTY) },
    {
      damage: 'garbled',
      how: (installation) => patchSecret(installation, { 'tls.crt': base64('garbled') }),
    },
  ])('a Secret that was $damage gets new keys, and is served without a gap', async ({ how }) => {
    const installation = await install(controlPlane(), { failurePolicy: 'Fail' });
    // Settles in ten seconds.
    await started(installation, [installation.port], '120s');
    await untilItWorks(installation);
    const namespace = await installation.optedIn();
    const before = await secretData(installation);
    await how(installation);
    const statuses: number[] = [];
    await until(async () => {
      const { status } = await createPod(controlPlane(), namespace, { dryRun: true });
      statuses.push(status);
      const { 'tls.crt': now, 'next-tls.crt': next, 'ca.crt': authorities } = await secretData(installation);
      return now && now !== before['tls.crt'] && !next && authorities !== before['ca.crt'];
    }, 40_000);
    expect(statuses).toEqual(statuses.map(() => 201));
  });

  test.each([
    { clock: 'ahead by a month', from: 30 },
    { clock: 'behind by a year', from: -365 },
  ])('a certificate that was made by a clock that is $clock', async ({ from }) => {
    const installation = await install(controlPlane());
    const { authority, serving } = await issueCertificates({
      names: [`${installation.name}-webhook.${installation.namespace}.svc`, 'localhost', '127.0.0.1'],
      now: Date.now() + from * DAY,
      validDays: 90,
    });
    const contents = { serving, authorities: [authority.certificate], changed: Date.now() + from * DAY };
    await patchSecret(installation, dataOf(contents));
    await started(installation);
    await untilItWorks(installation);
    expect((await secretData(installation))['tls.crt']).not.toBe(serving.certificate);
  });
});

const EMPTY = { 'tls.crt': null, 'tls.key': null, 'ca.crt': null, changed: null };

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('the caBundle', () => {
  test('is no conflict for server-side apply, as Helm 4 does it, and is left where it is', async () => {
    const installation = await install(controlPlane());
    await started(installation);
    await untilItWorks(installation);
    const before = await bundlesOf(controlPlane(), installation);
    for (const path of Object.values(installation.configurationPaths)) {
      const { body } = await controlPlane().request({ path });
      await helmApply(controlPlane(), path, asTheChartHasIt(body));
      expect((await controlPlane().request({ path })).text).toContain('"timeoutSeconds":5');
    }
    expect(await bundlesOf(controlPlane(), installation)).toEqual(before);
    expect(await works(installation)).toBe(true);
  });
});

/** What Helm applies: no caBundle, and a field that the new release sets. */
function asTheChartHasIt(body: unknown): unknown {
  const { kind, apiVersion, metadata, webhooks } = body as {
    kind: string;
    apiVersion: string;
    metadata: { name: string };
    webhooks: readonly { clientConfig: { caBundle?: string } }[];
  };
  return {
    kind,
    apiVersion,
    metadata: { name: metadata.name },
    webhooks: webhooks.map(({ clientConfig: { caBundle: _, ...clientConfig }, ...webhook }) => ({
      ...webhook,
      clientConfig,
      timeoutSeconds: 5,
    })),
  };
}

describe('a renewal that fails', () => {
  test('shows in the metric and the log while the certificate is good, and in readiness once it is not', async () => {
    const installation = await install(controlPlane());
    const [webhook] = await started(installation, [installation.port], '30s');
    if (!webhook) throw new Error('a replica was started');
    await untilItWorks(installation);
    await takeRights(installation);

    await until(
      async () => (await webhook.metric('rootlock_webhook_certificate_renewal_failing')) === 1,
      30_000,
    );
    expect(await webhook.get('/readyz')).toMatchObject({ status: 200 });
    await until(() => webhook.log().includes('"msg":"keeping the certificates failed"'), 5_000);
    const expiry = await webhook.metric('rootlock_webhook_certificate_expiry_timestamp_seconds');
    expect(expiry * 1000 - Date.now()).toBeGreaterThan(0);

    await until(async () => (await webhook.get('/readyz'))?.status === 503, 30_000);
    expect((await webhook.get('/readyz'))?.body).toContain('[-]certificate failed: it ended at ');

    await giveRights(installation);
    await until(async () => (await webhook.get('/readyz'))?.status === 200, 35_000);
    await untilItWorks(installation);
  });
});

/** Updating the Secret is what is taken, and given back. */
function takeRights(installation: Installation) {
  return setRules(installation, []);
}

function giveRights(installation: Installation) {
  return setRules(installation, webhookRules(installation).ownNamespace);
}

async function setRules({ name, namespace }: Installation, rules: readonly object[]): Promise<void> {
  const { status, text } = await controlPlane().request({
    method: 'PATCH',
    path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/${name}-webhook`,
    contentType: 'application/merge-patch+json',
    body: { rules },
  });
  if (status !== 200) throw new Error(text);
}

describe('certificates that somebody else keeps in files', () => {
  test('are served as soon as they are swapped, and neither Secret nor caBundle is touched', async () => {
    const installation = await install(controlPlane());
    const folder = temporaryFolder('rootlock-mounted-');
    const first = await mount(folder.path, 'first');
    const replica = await installation.start({
      env: {
        ROOTLOCK_TLS_CERT_FILE: join(folder.path, 'tls.crt'),
        ROOTLOCK_TLS_KEY_FILE: join(folder.path, 'tls.key'),
      },
    });
    running.push(replica);
    await setRules(installation, []);
    await replica.ready();

    let authorities = first;
    const load = startLoad({
      namespace: await installation.optedIn(),
      perSecond: 50,
      endpoints: () => [replica.port],
      authorities: () => authorities,
    });
    const before = await expiry(replica);
    authorities = first + (await mount(folder.path, 'second'));
    await until(async () => (await expiry(replica)) !== before, 10_000);
    const { sent, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(0);
    expect(replica.log()).not.toContain('failed');
    expect(await bundlesOf(controlPlane(), installation)).toEqual(['', '']);
    expect(await secretData(installation)).toEqual({});
    await folder.remove();
  });
});

function expiry(replica: WebhookProcess): Promise<number> {
  return replica.metric('rootlock_webhook_certificate_expiry_timestamp_seconds');
}

/** As the kubelet mounts a Secret: files are links into a folder that is swapped as a whole. The answer is the authority. */
async function mount(folder: string, version: string): Promise<string> {
  const { authority, serving } = await issueCertificates({
    names: ['localhost'],
    now: Date.now(),
    validDays: version === 'first' ? 1 : 2,
  });
  const data = join(folder, `..${version}`);
  mkdirSync(data);
  writeFileSync(join(data, 'tls.crt'), serving.certificate);
  writeFileSync(join(data, 'tls.key'), serving.key);
  if (version === 'first') {
    for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(folder, file));
  }
  symlinkSync(data, join(folder, '..new'));
  renameSync(join(folder, '..new'), join(folder, '..data'));
  return authority.certificate;
}
