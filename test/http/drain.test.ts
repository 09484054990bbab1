import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { connect, everythingFrom, get, post, reviewText, startWebhook } from './webhook.ts';

describe('draining', () => {
  test('loses none of 200 reviews: those under way, on open connections, and on new ones', async () => {
    const { server, port } = await startWebhook();
    const agent = new https.Agent({ keepAlive: true, maxSockets: 20, maxFreeSockets: 20 });
    const send = (uid: string) => post(port, reviewText(uid), { agent });
    await Promise.all(Array.from({ length: 20 }, (_, index) => send(`before-${index}`)));

    // The grace lasts until all answers are there, as it does when clients learn in time.
    let over = () => {};
    const grace = new Promise<void>((resolve) => {
      over = resolve;
    });
    const drained = server.drain({ graceMs: 10_000, sleep: () => grace });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => send(`during-${index}`)));
    over();
    await drained;
    agent.destroy();

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.connection))).toEqual(new Set(['close']));
    const uids = answers.map(({ body }) => JSON.parse(body).response.uid);
    expect(uids).toEqual(Array.from({ length: 200 }, (_, index) => `during-${index}`));
  });

  test('turns readiness off at once, not liveness', async () => {
    const { server, port } = await startWebhook();
    let over = () => {};
    const drained = server.drain({
      graceMs: 1,
      sleep: () =>
        new Promise((resolve) => {
          over = resolve;
        }),
    });
    const [ready, healthy] = await Promise.all([get(port, '/readyz'), get(port, '/healthz')]);
    over();
    await drained;
    expect(ready.status).toBe(503);
    expect(ready.body).toContain('[-]not-draining failed: the server is shutting down');
    expect([healthy.status, healthy.headers.connection]).toEqual([200, 'close']);
  });

  test('asks for the grace that it was given', async () => {
    const { server } = await startWebhook();
    const slept: number[] = [];
    await server.drain({ graceMs: 1234, sleep: async (milliseconds) => void slept.push(milliseconds) });
    expect(slept).toEqual([1234]);
  });

  test('answers a review whose body is still coming when the grace is over', async () => {
    const { server, port } = await startWebhook();
    const body = reviewText('late');
    const socket = await connect(port);
    const answer = everythingFrom(socket);
    socket.write(
      `POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    // Until the server has read the head: a connection without one is idle, and may be closed.
    await sleep(100);
    const drained = server.drain({ graceMs: 0, sleep: async () => {} });
    await sleep(20);
    socket.write(body);
    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"uid":"late"/);
    await drained;
  });

  test('closes idle connections after the grace, and takes no new ones', async () => {
    const { server, port } = await startWebhook();
    const agent = new https.Agent({ keepAlive: true });
    await post(port, reviewText(), { agent });
    await server.drain({ graceMs: 0, sleep: async () => {} });
    agent.destroy();
    await expect(post(port, reviewText())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('does not wait for ever for a client that is too slow', async () => {
    const { server, port } = await startWebhook({ limits: { requestTimeout: 300, headersTimeout: 300 } });
    const socket = await connect(port);
    const closed = everythingFrom(socket);
    socket.write(
      'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    );
    await sleep(50);
    await server.drain({ graceMs: 0, sleep: async () => {} });
    expect(await closed).not.toContain('200 OK');
  });

  test('can be cut short: stop closes every connection at once', async () => {
    const { server, port } = await startWebhook();
    const socket = await connect(port);
    const closed = everythingFrom(socket);
    const drained = server.drain({ graceMs: 60_000, sleep: () => new Promise(() => {}) });
    server.stop();
    expect(await closed).toBe('');
    await expect(post(port, reviewText())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await Promise.race([drained, sleep(10, 'still draining')])).toBe('still draining');
  });
});
