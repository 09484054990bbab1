import type { webcrypto } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Setup } from './webhook.ts';
import { get, post, reviewText, startWebhook, type Webhook } from './webhook.ts';

// After webhook.ts, which loads what x509 needs.
const x509 = await import('@peculiar/x509');

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

type Names = { readonly common?: readonly string[]; readonly dns?: readonly string[] };
type Client = { readonly cert: string; readonly key: string };

/** An authority of client certificates, and what it signs. */
async function authority() {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['clients'] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const sign = async ({ common = [], dns = [] }: Names): Promise<Client> => {
    const own = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: common.map((name) => ({ CN: [name] })),
      issuer: root.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ...(dns.length > 0
          ? [new x509.SubjectAlternativeNameExtension(dns.map((value) => ({ type: 'dns', value })))]
          : []),
      ],
    });
    return { cert: certificate.toString('pem'), key: await pemOf(own.privateKey) };
  };
  return { pem: root.toString('pem'), sign };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

const trusted = await authority();
const stranger = await authority();
const running: Webhook[] = [];
afterAll(() => {
  for (const { server } of running) server.stop();
});

async function start(clientNames: readonly string[]): Promise<Webhook> {
  const setup: Setup = { clientAuthorities: trusted.pem, config: { clientNames } };
  const webhook = await startWebhook(setup);
  running.push(webhook);
  return webhook;
}

describe('where clients have to show certificates', () => {
  const NAMES = ['kube-apiserver', 'apiserver.example.com'];
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await start(NAMES);
  });

  test.each([
    { who: 'the common name', names: { common: ['kube-apiserver'] } },
    { who: 'a DNS name', names: { common: ['other'], dns: ['x.example.com', 'apiserver.example.com'] } },
    { who: 'a DNS name alone', names: { dns: ['apiserver.example.com'] } },
  ])('a client is known by $who', async ({ names }) => {
    const answer = await post(webhook.port, reviewText(), await trusted.sign(names));
    expect(answer.status).toBe(200);
  });

  test.each([
    { who: 'with another name', names: { common: ['kubelet'] } },
    { who: 'with part of the name', names: { common: ['kube-apiserver.evil'] } },
    { who: 'with two common names', names: { common: ['evil', 'kube-apiserver'] } },
    {
      who: 'with a name that looks like several',
      names: { common: ['evil'], dns: ['evil, DNS:kube-apiserver, DNS:x'] },
    },
    { who: 'without a name', names: { dns: ['evil.example.com'] } },
  ])('a client $who gets 403', async ({ names }) => {
    const answer = await post(webhook.port, reviewText(), await trusted.sign(names));
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('name');
  });

  test('a client of another authority gets 401', async () => {
    const client = await stranger.sign({ common: ['kube-apiserver'] });
    expect((await post(webhook.port, reviewText(), client)).status).toBe(401);
  });

  test('a client without a certificate gets 401 and what to do', async () => {
    const answer = await post(webhook.port, reviewText());
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('AdmissionConfiguration');
  });

  test('probes and metrics need none', async () => {
    const paths = ['/healthz', '/readyz', '/metrics'];
    const answers = await Promise.all(paths.map((path) => get(webhook.port, path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('the authorities may be replaced while it runs', async () => {
    const here = await start([]);
    const client = await stranger.sign({ common: ['anyone'] });
    const before = await post(here.port, reviewText(), client);
    here.server.reloadTls({ ...here.material, clientAuthorities: stranger.pem });
    const after = await post(here.port, reviewText(), client);
    expect([before.status, after.status]).toEqual([401, 200]);
  });
});

test('where no names are asked for, any certificate of the authority will do', async () => {
  const webhook = await start([]);
  const client = await trusted.sign({ common: ['anyone'] });
  expect((await post(webhook.port, reviewText(), client)).status).toBe(200);
});
