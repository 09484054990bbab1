import { X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isObject } from '../../../src/core/json.ts';
import { issueCertificates } from '../../../src/http/self-signed.ts';
import { type Contents, dataOf } from '../../../src/kube/certificates/contents.ts';
import { freePort } from '../../support/control-plane/ports.ts';
import { controlPlane } from '../../support/control-plane/shared.ts';
import { temporaryFolder } from '../../support/control-plane/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { helmApply, type Installation, install } from '../installation.ts';
import { createPod } from '../pods.ts';
import { webhookRules } from '../rbac.ts';
import { startLoad } from '../review-load.ts';
import { bundlesOf, untilTrusted } from '../trust.ts';
import type { WebhookProcess } from '../webhook-process.ts';

const DAY = 86_400_000;

type Replicas = readonly [WebhookProcess, ...WebhookProcess[]];
type Running = { readonly ports?: readonly number[]; readonly lifetime?: string };

/** Does something to an installation that runs, and then ends it. */
async function whileRunning(
  installation: Installation,
  { ports = [installation.port], lifetime = '90d' }: Running,
  deed: (replicas: Replicas) => Promise<void>,
): Promise<void> {
  const env = { ROOTLOCK_CERTIFICATE_LIFETIME: lifetime };
  const [first, ...others] = await Promise.all(ports.map((port) => installation.start({ port, env })));
  if (!first) throw new Error('expected a port for each replica, and found none');
  const replicas: Replicas = [first, ...others];
  try {
    await Promise.all(replicas.map((replica) => replica.ready()));
    await deed(replicas);
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
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

const CLOCKS = [
  { clock: 'ahead by a month', from: 30 },
  { clock: 'behind by a year', from: -365 },
] as const;
const VERSIONS = ['first', 'second'] as const;
type Version = (typeof VERSIONS)[number];

/** What the tests need of certificates: made before them, since jest takes no late imports from tests that run together. */
const misdated = new Map<number, { readonly installation: Installation; readonly contents: Contents }>();
const mountable = new Map<Version, Awaited<ReturnType<typeof issueCertificates>>>();
beforeAll(async () => {
  for (const { from } of CLOCKS) {
    const installation = await install(controlPlane());
    const now = Date.now() + from * DAY;
    const { authority, serving } = await issueCertificates({
      names: [`${installation.name}-webhook.${installation.namespace}.svc`, 'localhost', '127.0.0.1'],
      now,
      validDays: 90,
    });
    const contents = { serving, authorities: [authority.certificate], changed: now };
    misdated.set(from, { installation, contents });
  }
  for (const [index, version] of VERSIONS.entries()) {
    const issued = await issueCertificates({ names: ['localhost'], now: Date.now(), validDays: index + 1 });
    mountable.set(version, issued);
  }
});

/** Most of their time is waiting, and each has an installation of its own: they run together. */
describe('certificates', () => {
  test.concurrent('are agreed on by two replicas that start at once, and both configurations come to trust them', async () => {
    const installation = await install(controlPlane());
    await whileRunning(installation, { ports: [installation.port, await freePort()] }, async () => {
      await untilTrusted(controlPlane(), installation);
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

  test.concurrent('are trusted again after the caBundle was wiped', async () => {
    const installation = await install(controlPlane());
    await whileRunning(installation, {}, async () => {
      await untilTrusted(controlPlane(), installation);
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
        60_000,
      );
      await untilTrusted(controlPlane(), installation);
    });
  });

  test.concurrent.each<{ damage: string; how: (installation: Installation) => Promise<unknown> }>([
    {
      damage: 'deleted',
      how: ({ secretPath: path }) => controlPlane().request({ method: 'DELETE', path }),
    },
    { damage: 'emptied', how: (installation) => patchSecret(installation, EMPTY) },
    {
      damage: 'garbled',
      how: (installation) => patchSecret(installation, { 'tls.crt': base64('garbled') }),
    },
  ])('are made anew and served without a gap after the Secret was $damage', async ({ how }) => {
    const installation = await install(controlPlane(), { failurePolicy: 'Fail' });
    // Settles in five seconds.
    await whileRunning(installation, { lifetime: '60s' }, async () => {
      await untilTrusted(controlPlane(), installation);
      const namespace = await installation.optedIn();
      const before = await secretData(installation);
      await how(installation);
      const statuses: number[] = [];
      await until(async () => {
        const { status } = await createPod(controlPlane(), namespace, { dryRun: true });
        statuses.push(status);
        const {
          'tls.crt': now,
          'next-tls.crt': next,
          'ca.crt': authorities,
        } = await secretData(installation);
        return now && now !== before['tls.crt'] && !next && authorities !== before['ca.crt'];
      }, 60_000);
      expect(statuses).toEqual(statuses.map(() => 201));
    });
  });

  test.concurrent.each(CLOCKS)(
    'are replaced where they were made by a clock that is $clock',
    async ({ from }) => {
      const { installation, contents } = madeBefore(misdated, from);
      await patchSecret(installation, dataOf(contents));
      await whileRunning(installation, {}, async () => {
        await untilTrusted(controlPlane(), installation);
        expect((await secretData(installation))['tls.crt']).not.toBe(contents.serving.certificate);
      });
    },
  );

  test.concurrent('are no conflict for server-side apply, as Helm 4 does it, which leaves the caBundle where it is', async () => {
    const installation = await install(controlPlane());
    await whileRunning(installation, {}, async () => {
      await untilTrusted(controlPlane(), installation);
      const before = await bundlesOf(controlPlane(), installation);
      for (const path of Object.values(installation.configurationPaths)) {
        const { body } = await controlPlane().request({ path });
        await helmApply(controlPlane(), path, asTheChartHasIt(body));
        expect((await controlPlane().request({ path })).text).toContain('"timeoutSeconds":5');
      }
      expect(await bundlesOf(controlPlane(), installation)).toEqual(before);
      await untilTrusted(controlPlane(), installation);
    });
  });

  test.concurrent('that cannot be renewed show in metric and log while they are good, and in readiness once they are not', async () => {
    const installation = await install(controlPlane());
    await whileRunning(installation, { lifetime: '30s' }, async ([webhook]) => {
      await untilTrusted(controlPlane(), installation);
      await takeRights(installation);

      await until(async () => {
        const failing = await webhook.metric('rootlock_webhook_certificate_renewal_failing');
        const probe = await webhook.get('/readyz');
        return failing === 1 && probe?.status === 200 && (await expiry(webhook)) * 1000 > Date.now();
      }, 60_000);
      await until(() => webhook.log().includes('"msg":"keeping the certificates failed"'), 60_000);

      await until(async () => (await webhook.get('/readyz'))?.status === 503, 60_000);
      expect((await webhook.get('/readyz'))?.body).toContain('[-]certificate failed: it ended at ');

      await giveRights(installation);
      await until(async () => (await webhook.get('/readyz'))?.status === 200, 60_000);
      await untilTrusted(controlPlane(), installation);
    });
  });

  test.concurrent('that somebody else keeps in files are served as soon as they are swapped, and neither Secret nor caBundle is touched', async () => {
    const installation = await install(controlPlane());
    const folder = temporaryFolder('rootlock-mounted-');
    const first = mount(folder.path, 'first');
    const replica = await installation.start({
      env: {
        ROOTLOCK_TLS_CERT_FILE: join(folder.path, 'tls.crt'),
        ROOTLOCK_TLS_KEY_FILE: join(folder.path, 'tls.key'),
      },
    });
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
    authorities = first + mount(folder.path, 'second');
    await until(async () => (await expiry(replica)) !== before, 60_000);
    const { sent, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(0);
    expect(replica.log()).not.toContain('failed');
    expect(await bundlesOf(controlPlane(), installation)).toEqual(['', '']);
    expect(await secretData(installation)).toEqual({});
    await replica.stop();
    await folder.remove();
  });
});

const EMPTY = { 'tls.crt': null, 'tls.key': null, 'ca.crt': null, changed: null };

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

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

function expiry(replica: WebhookProcess): Promise<number> {
  return replica.metric('rootlock_webhook_certificate_expiry_timestamp_seconds');
}

/** As the kubelet mounts a Secret: files are links into a folder that is swapped as a whole. The answer is the authority. */
function mount(folder: string, version: Version): string {
  const { authority, serving } = madeBefore(mountable, version);
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

function madeBefore<Key, Value>(all: ReadonlyMap<Key, Value>, key: Key): Value {
  const found = all.get(key);
  if (found !== undefined) return found;
  throw new Error(`expected ${key} to be made before the tests, but it was not`);
}
