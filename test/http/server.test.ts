import { once } from 'node:events';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/http/limits.ts';
import { issueCertificates } from '../../src/http/self-signed.ts';
import {
  certificates,
  connect,
  everythingFrom,
  get,
  metricsText,
  post,
  reviewText,
  type Setup,
  startWebhook,
  type Webhook,
} from './webhook.ts';

const running: Webhook[] = [];
afterEach(() => {
  for (const { server } of running.splice(0)) server.stop();
});

async function start(setup: Setup = {}): Promise<Webhook> {
  const webhook = await startWebhook(setup);
  running.push(webhook);
  return webhook;
}

describe('the TLS of the server', () => {
  test.each([
    { what: 'HTTP/1.1', options: { ALPNProtocols: ['http/1.1'] }, speaks: 'http/1.1' },
    { what: 'HTTP/2 or HTTP/1.1', options: { ALPNProtocols: ['h2', 'http/1.1'] }, speaks: 'http/1.1' },
    { what: 'nothing in particular', options: {}, speaks: false },
  ])('agrees with a client that offers $what', async ({ options, speaks }) => {
    const { port } = await start();
    const socket = await connect(port, options);
    expect(socket.alpnProtocol).toBe(speaks);
    socket.destroy();
  });

  const WEAK = 'DEFAULT:@SECLEVEL=0';
  test.each<{ what: string; options: ConnectionOptions; config?: Setup['config']; code: string }>([
    { what: 'HTTP/2 alone', options: { ALPNProtocols: ['h2'] }, code: 'NO_APPLICATION_PROTOCOL' },
    {
      what: 'TLS 1.1',
      options: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: WEAK },
      code: 'PROTOCOL_VERSION',
    },
    {
      what: 'TLS 1.2 where 1.3 is asked for',
      options: { maxVersion: 'TLSv1.2' },
      config: { tlsMinVersion: 'TLSv1.3' },
      code: 'PROTOCOL_VERSION',
    },
    {
      what: 'CBC',
      options: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
      code: 'HANDSHAKE_FAILURE',
    },
  ])('refuses $what', async ({ options, config, code }) => {
    const webhook = await start({ ...(config && { config }) });
    await expect(connect(webhook.port, options)).rejects.toMatchObject({
      code: expect.stringContaining(code),
    });
    expect((await post(webhook.port, reviewText())).status).toBe(200);
    expect(await metricsText(webhook)).toContain('rootlock_webhook_errors_total{kind="handshake"} 1');
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const { port } = await start();
    const socket = await connect(port, { minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  test('shows a new certificate from the next handshake on, and keeps open connections', async () => {
    const webhook = await start();
    const agent = new https.Agent({ keepAlive: true });
    await post(webhook.port, reviewText(), { agent });
    const next = await issueCertificates({ names: ['127.0.0.1'], now: Date.now(), validDays: 30 });
    webhook.server.reloadTls(next.serving);

    const open = await post(webhook.port, reviewText(), { agent });
    agent.destroy();
    const fresh = await post(webhook.port, reviewText(), { ca: next.authority.certificate });
    expect([open.reused, open.status, fresh.status]).toEqual([true, 200, 200]);
    await expect(post(webhook.port, reviewText())).rejects.toThrow(/certificate|signature/);
  });

  test.each([
    { what: 'a certificate that is none', tls: { certificate: 'x', key: certificates.serving.key } },
    { what: 'a key that is none', tls: { certificate: certificates.serving.certificate, key: 'x' } },
    {
      what: "another certificate's key",
      tls: { certificate: certificates.serving.certificate, key: certificates.authority.key },
    },
    {
      what: 'client authorities, if it began without',
      tls: { ...certificates.serving, clientAuthorities: 'x' },
    },
  ])('does not change when it is given $what', async ({ tls }) => {
    const webhook = await start();
    expect(() => webhook.server.reloadTls(tls)).toThrow();
    expect((await post(webhook.port, reviewText())).status).toBe(200);
  });

  test('tells when the certificate ends', async () => {
    const text = await metricsText(await start());
    const [, seconds] = /rootlock_webhook_certificate_expiry_timestamp_seconds (\d+)/.exec(text) ?? [];
    expect(Math.abs(Number(seconds) - Date.now() / 1000 - 86_400)).toBeLessThan(600);
  });
});

describe('the connections of the server', () => {
  test('stay open longer than the 90 s for which the API server keeps them', async () => {
    expect(LIMITS.keepAliveTimeout).toBeGreaterThan(90_000);
    const { port } = await start();
    const agent = new https.Agent({ keepAlive: true });
    const first = await post(port, reviewText(), { agent });
    expect(first.headers['keep-alive']).toMatch(/^timeout=120\b/);
    await sleep(50);
    const second = await post(port, reviewText(), { agent });
    agent.destroy();
    expect([first.reused, second.reused]).toEqual([false, true]);
  });

  test('are closed after so many reviews, with a word', async () => {
    const { port } = await start({ limits: { maxRequestsPerSocket: 2 } });
    const agent = new https.Agent({ keepAlive: true });
    const connections: unknown[] = [];
    for (let review = 0; review < 3; review++) {
      const { status, headers, reused } = await post(port, reviewText(), { agent });
      connections.push([status, headers.connection, reused]);
    }
    agent.destroy();
    expect(connections).toEqual([
      [200, 'keep-alive', false],
      [200, 'close', true],
      [200, 'keep-alive', false],
    ]);
  });

  test('are no more than so many', async () => {
    const webhook = await start({ limits: { maxConnections: 1 } });
    const socket = await connect(webhook.port);
    await expect(connect(webhook.port)).rejects.toThrow();
    socket.destroy();
    await once(socket, 'close');
    expect(await metricsText(webhook)).toContain('{kind="too-many-connections"} 1');
  });

  test.each([
    { what: 'no HTTP at all', text: '\u0001\u0002\u0003\r\n\r\n', status: 400 },
    {
      what: 'two lengths',
      text: 'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      status: 400,
    },
    {
      what: 'a length and chunks',
      text: 'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      status: 400,
    },
    { what: 'no host', text: 'POST /mutate HTTP/1.1\r\n\r\n', status: 400 },
    {
      what: 'chunks that are none',
      text: 'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      status: 400,
    },
    {
      what: 'a head of 20 KB',
      text: `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
  ])('end with an answer after $what', async ({ text, status }) => {
    const { port } = await start();
    const socket = await connect(port);
    const answer = everythingFrom(socket);
    socket.write(text);
    expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await get(port, '/healthz')).status).toBe(200);
  });

  test('serve reviews that come one after another without waiting for answers', async () => {
    const { port } = await start();
    const socket = await connect(port);
    const answer = everythingFrom(socket);
    const one = (uid: string, last: boolean) => {
      const body = reviewText(uid);
      return `POST /mutate HTTP/1.1\r\nHost: x\r\n${last ? 'Connection: close\r\n' : ''}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };
    socket.write(one('first', false) + one('second', false) + one('third', true));
    const uids = (await answer).match(/"uid":"\w+"/g);
    expect(uids).toEqual(['"uid":"first"', '"uid":"second"', '"uid":"third"']);
  });
});

test('listen rejects where the port is taken', async () => {
  const { port } = await start();
  await expect(start({ config: { port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
