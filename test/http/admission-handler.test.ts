import https from 'node:https';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Admit } from '../../src/http/answer.ts';
import { until } from '../support/until.ts';
import {
  connect,
  everythingFrom,
  get,
  LEFT_ALONE,
  metricsText,
  post,
  request,
  reviewText,
  startWebhook,
  type Webhook,
} from './webhook.ts';

const MAX = 64 * 1024;
let webhook: Webhook;
beforeAll(async () => {
  webhook = await startWebhook({ config: { maxBodyBytes: MAX } });
});
afterAll(() => webhook.server.stop());

describe('the admission routes', () => {
  test.each([
    { path: '/mutate' },
    { path: '/mutate?timeout=10s' },
    { path: '/judge' },
    { path: '/judge?timeout=1s' },
  ])('answer a review on $path', async ({ path }) => {
    const { status, headers, body } = await post(webhook.port, reviewText('u-1'), { path });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(JSON.parse(body)).toMatchObject({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u-1', allowed: true },
    });
  });

  test.each([
    { type: 'application/json' },
    { type: 'application/json; charset=utf-8' },
    { type: 'Application/JSON;charset="UTF-8"' },
  ])('take $type', async ({ type }) => {
    const { status } = await post(webhook.port, reviewText(), { headers: { 'content-type': type } });
    expect(status).toBe(200);
  });

  test('take a body in chunks of unknown number, even byte by byte', async () => {
    const socket = await connect(webhook.port);
    const answer = everythingFrom(socket);
    socket.write(
      'POST /mutate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    for (const character of reviewText('bytes')) socket.write(`1\r\n${character}\r\n`);
    socket.write('0\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*"uid":"bytes"/);
  });

  const BAD = 'text/plain; charset=utf-8';
  test.each([
    { what: 'a GET', options: { method: 'GET' }, status: 405, says: 'POST', header: { allow: 'POST' } },
    { what: 'a PUT', options: { method: 'PUT' }, status: 405, says: 'POST', header: { allow: 'POST' } },
    { what: 'no content type', options: { headers: {} }, status: 415, says: 'application/json' },
    {
      what: 'text',
      options: { headers: { 'content-type': 'text/plain' } },
      status: 415,
      says: 'application/json',
    },
    {
      what: 'a form',
      options: { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      status: 415,
      says: 'application/json',
    },
    {
      what: 'JSON in UTF-16',
      options: { headers: { 'content-type': 'application/json; charset=utf-16' } },
      status: 415,
      says: 'UTF-8',
    },
    {
      what: 'a patch of JSON',
      options: { headers: { 'content-type': 'application/json-patch+json' } },
      status: 415,
      says: 'application/json',
    },
  ])('refuse $what with $status', async ({ options, status, says, header = {} }) => {
    const answer = await request(webhook.port, {
      path: '/mutate',
      method: 'POST',
      body: reviewText(),
      ...options,
    });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(says);
    expect(answer.headers).toMatchObject({ 'content-type': BAD, ...header });
  });

  test.each([{ encoding: 'gzip' }, { encoding: 'br' }, { encoding: 'deflate' }, { encoding: 'GZIP' }])(
    'never unpack $encoding',
    async ({ encoding }) => {
      const answer = await post(webhook.port, gzipSync(reviewText()), {
        headers: { 'content-encoding': encoding },
      });
      expect(answer.status).toBe(415);
      expect(answer.body).toContain('Content-Encoding');
    },
  );

  test.each([
    { what: 'nothing', body: '', says: 'not JSON' },
    { what: 'half a review', body: reviewText().slice(0, 80), says: 'not JSON' },
    { what: 'two reviews', body: reviewText() + reviewText(), says: 'not JSON' },
    { what: 'a byte-order mark', body: `\ufeff${reviewText()}`, says: 'not JSON' },
    { what: 'bytes that are no UTF-8', body: Buffer.from(reviewText('\u00ff'), 'latin1'), says: 'UTF-8' },
    { what: 'a nest of arrays', body: '['.repeat(50_000), says: 'deeper' },
    { what: 'a nest of objects', body: '{"a":'.repeat(10_000), says: 'deeper' },
    { what: 'a text', body: '"review"', says: 'AdmissionReview' },
    { what: 'null', body: 'null', says: 'AdmissionReview' },
    { what: 'a review without a uid', body: reviewText(''), says: 'uid' },
  ])('answer $what with 400 and a sentence', async ({ body, says }) => {
    const answer = await post(webhook.port, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(says);
  });

  test('let a review through that cannot be understood but has a uid, with a warning', async () => {
    const body = reviewText('old').replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1');
    const answer = await post(webhook.port, body);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      apiVersion: 'admission.k8s.io/v1beta1',
      response: { uid: 'old', allowed: true, warnings: [expect.stringContaining('admissionReviewVersions')] },
    });
    expect(await metricsText(webhook)).toContain('rootlock_webhook_errors_total{kind="malformed-review"} 1');
  });

  test('refuse a body by its declared length before a byte of it is there', async () => {
    const socket = await connect(webhook.port);
    const answer = everythingFrom(socket);
    socket.write(
      `POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${MAX + 1}\r\n\r\n`,
    );
    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toMatch(/\r\nConnection: close\r\n/);
    expect(text).toContain('larger than this server takes');
  });

  test('refuse a body of unknown length when it grows too large, and let the client read why', async () => {
    const answer = await post(webhook.port, Buffer.alloc(40 * MAX, ' '), {
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
  });

  test('take a body of just the largest size', async () => {
    const body = reviewText().padEnd(MAX, ' ');
    expect((await post(webhook.port, body)).status).toBe(200);
    expect((await post(webhook.port, `${body} `)).status).toBe(413);
  });

  test('keep the connection after a refusal that did not read the body', async () => {
    const agent = new https.Agent({ keepAlive: true });
    const refused = await post(webhook.port, 'x'.repeat(MAX), {
      agent,
      headers: { 'content-type': 'text/plain' },
    });
    const taken = await post(webhook.port, reviewText(), { agent });
    agent.destroy();
    expect([refused.status, taken.status, taken.reused]).toEqual([415, 200, true]);
  });
});

/** What the server counts when nobody waits for its answer. */
async function shows(webhook: Webhook, metric: string): Promise<void> {
  await until(async () => (await metricsText(webhook)).includes(metric), 5_000);
}

describe('a body that never becomes whole', () => {
  const HEAD =
    'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n';

  test('is never parsed when the client goes away', async () => {
    const seen: string[] = [];
    const admit: Admit = ({ uid }) => {
      seen.push(uid);
      return LEFT_ALONE;
    };
    const here = await startWebhook({ admit });
    const socket = await connect(here.port);
    socket.write(HEAD + reviewText('cut'));
    await shows(here, 'rootlock_admission_in_flight 1');
    socket.destroy();
    await shows(here, '{kind="cut-off"} 1');
    const text = await metricsText(here);
    here.server.stop();
    expect(seen).toEqual([]);
    expect(text).toContain('rootlock_admission_in_flight 0');
    expect(text).toContain('rootlock_admission_buffered_bytes 0');
  });

  test('gets 408 and a closed connection when it comes too slowly', async () => {
    const here = await startWebhook({
      limits: { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 50 },
    });
    const socket = await connect(here.port);
    const answer = everythingFrom(socket);
    socket.write(HEAD + reviewText('slow'));
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
    await shows(here, '{kind="cut-off"} 1');
    here.server.stop();
  });
});

describe('under load', () => {
  const HEAD = 'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

  test('one review too many gets 429 and when to come again, and then there is room', async () => {
    const here = await startWebhook({ config: { maxRequests: 1 } });
    const first = await connect(here.port);
    const body = reviewText('first');
    first.write(`${HEAD}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`);
    await shows(here, 'rootlock_admission_in_flight 1');

    const shed = await post(here.port, reviewText());
    expect([shed.status, shed.headers['retry-after']]).toEqual([429, '1']);

    const answer = everythingFrom(first);
    first.write(body);
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    expect((await post(here.port, reviewText())).status).toBe(200);
    expect(await metricsText(here)).toContain('rootlock_admission_shed_total{limit="requests"} 1');
    here.server.stop();
  });

  test.each([
    { what: 'declared', headers: {} },
    { what: 'found', headers: { 'transfer-encoding': 'chunked' } },
  ])('too many bytes, as $what, get 429', async ({ headers }) => {
    const here = await startWebhook({ config: { maxBufferedBytes: 1024 } });
    const shed = await post(here.port, reviewText().padEnd(2000), { headers });
    expect([shed.status, shed.headers['retry-after']]).toEqual([429, '1']);
    const text = await metricsText(here);
    expect(text).toContain('rootlock_admission_shed_total{limit="bytes"} 1');
    expect(text).toContain('rootlock_admission_buffered_bytes 0');
    expect(text).toContain('rootlock_admission_in_flight 0');
    expect((await post(here.port, reviewText())).status).toBe(200);
    here.server.stop();
  });
});

describe('when deciding fails', () => {
  const admit: Admit = () => {
    throw new Error('a secret of the code');
  };

  test.each([
    { onError: 'admit', allowed: true },
    { onError: 'deny', allowed: false },
  ] as const)('$onError: the pod is allowed: $allowed', async ({ onError, allowed }) => {
    const here = await startWebhook({ admit, config: { onError } });
    const answer = await post(here.port, reviewText('broken'));
    const text = await metricsText(here);
    here.server.stop();
    expect(answer.status).toBe(200);
    expect(answer.body).not.toContain('secret');
    const { response } = JSON.parse(answer.body);
    expect(response).toMatchObject({ uid: 'broken', allowed });
    expect(response).not.toHaveProperty('patch');
    expect(JSON.stringify(response)).toContain('Rootlock failed on this pod');
    expect(text).toContain('rootlock_webhook_errors_total{kind="decision"} 1');
    expect(here.entries.find(({ level }) => level === 'error')).toMatchObject({
      message: 'deciding failed',
      fields: { uid: 'broken', onError, error: new Error('a secret of the code') },
    });
  });
});

test('a decision is one line in the log, and one in the metrics', async () => {
  const here = await startWebhook();
  await post(here.port, reviewText('u-9'));
  const text = await metricsText(here);
  here.server.stop();
  expect(here.entries.filter(({ level }) => level === 'info')).toEqual([
    {
      level: 'info',
      message: 'left alone',
      fields: {
        route: 'mutate',
        uid: 'u-9',
        namespace: 'shop',
        pod: 'web-',
        reason: 'not-opted-in',
        containers: 0,
        hardened: 0,
        paths: 0,
        ms: expect.any(Number),
      },
    },
  ]);
  expect(text).toContain(
    'rootlock_admission_decisions_total{route="mutate",outcome="left-alone",reason="not-opted-in"} 1',
  );
  expect(text).toContain('rootlock_admission_duration_seconds_count{route="mutate"} 1');
});

test('a path that is no route is told what there is', async () => {
  const { status, body } = await get(webhook.port, '/mutate/');
  expect(status).toBe(404);
  expect(body).toContain('POST /mutate');
});
