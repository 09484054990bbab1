import https from 'node:https';
import net from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Decision } from '../../src/core/admission/decision.ts';
import { until } from '../support/until.ts';
import {
  connect,
  LEFT_ALONE,
  metricsText,
  post,
  reviewText,
  type Setup,
  startWebhook,
  type Webhook,
} from './webhook.ts';

const HEAD = 'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n';

const started: Webhook[] = [];
/** Also where a test fails: what still listens keeps the process from ending. */
afterEach(() => {
  for (const { server } of started.splice(0)) server.stop();
});

async function start(setup: Setup = {}): Promise<Webhook> {
  const webhook = await startWebhook(setup);
  started.push(webhook);
  return webhook;
}

test('five times the reviews that there is room for: the rest gets 429 and when to come again, and does', async () => {
  const room = 4;
  const release = Promise.withResolvers<Decision>();
  const webhook = await start({ admit: () => release.promise, config: { maxRequests: room } });
  const sent = Array.from({ length: room * 5 }, (_, index) => post(webhook.port, reviewText(`uid-${index}`)));
  await shows(webhook, `rootlock_admission_shed_total{limit="requests"} ${room * 4}`);
  await shows(webhook, `rootlock_admission_in_flight ${room}`);

  release.resolve(LEFT_ALONE);
  const answers = await Promise.all(sent);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(room);
  const shed = answers.filter(({ status }) => status === 429);
  expect(shed.map(({ headers }) => headers['retry-after'])).toEqual(Array(room * 4).fill('1'));

  for (let again = 0; again < shed.length; again++) {
    expect((await post(webhook.port, reviewText())).status).toBe(200);
  }
  await shows(webhook, 'rootlock_admission_in_flight 0');
  await shows(webhook, 'rootlock_admission_buffered_bytes 0');
});

test('sixty clients that never finish keep no review from being answered, and leave nothing behind', async () => {
  const webhook = await start();
  const { port } = webhook;
  const each = <T>(make: () => T) => Promise.all(Array.from({ length: 20 }, make));
  const handshakes = await each(() => net.connect(port, '127.0.0.1').on('error', () => {}));
  const heads = await each(() => connect(port));
  const bodies = await each(() => connect(port));
  for (const socket of heads) socket.write(HEAD);
  for (const socket of bodies) socket.write(`${HEAD}\r\n${reviewText('slow')}`);
  await shows(webhook, 'rootlock_admission_in_flight 20');
  await shows(webhook, 'rootlock_webhook_connections 60');

  const agent = new https.Agent({ keepAlive: true, maxSockets: 4 });
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => post(port, reviewText(`uid-${index}`), { agent })),
  );
  agent.destroy();
  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));

  for (const socket of [...handshakes, ...heads, ...bodies]) socket.destroy();
  await shows(webhook, 'rootlock_admission_in_flight 0');
  await shows(webhook, 'rootlock_admission_buffered_bytes 0');
  await shows(webhook, 'rootlock_webhook_connections 0');
  expect(await metricsText(webhook)).toContain('rootlock_webhook_errors_total{kind="cut-off"} 20');
});

test('a client that declares much and sends little keeps nobody out', async () => {
  const webhook = await start({ config: { maxBufferedBytes: 6_000 } });
  const slow = await connect(webhook.port);
  slow.write(`${HEAD}\r\n${reviewText('slow')}`);
  await shows(webhook, 'rootlock_admission_in_flight 1');
  expect((await post(webhook.port, reviewText().padEnd(5_000))).status).toBe(200);
  slow.destroy();
  await shows(webhook, 'rootlock_admission_buffered_bytes 0');
});

async function shows(webhook: Webhook, line: string): Promise<void> {
  await until(async () => (await metricsText(webhook)).includes(`${line}\n`), 60_000);
}
