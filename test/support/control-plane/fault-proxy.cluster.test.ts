import { once } from 'node:events';
import { get } from 'node:https';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { Fault } from './faults.ts';
import { sendRequest } from './request.ts';
import { controlPlane, freshNamespace } from './shared.ts';

let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(controlPlane());
});
afterEach(async () => {
  proxy.heal();
  await proxy.accept();
});
afterAll(() => proxy.stop());

const namespaces = '/api/v1/namespaces';

describe('the fault proxy', () => {
  test('passes on what has no fault, with the tokens of the control plane', async () => {
    const answer = await send(namespaces);
    expect(answer).toMatchObject({ status: 200, body: { kind: 'NamespaceList' } });
  });

  test('passes on a body', async () => {
    const namespace = await freshNamespace();
    const path = `${namespaces}/${namespace}/configmaps`;
    const answer = await send(path, 'POST', { metadata: { name: 'x' }, data: { text: 'ä'.repeat(100_000) } });
    expect(answer.status).toBe(201);
  });

  test.each([
    { status: 500, reason: 'InternalError' },
    { status: 403, reason: 'Forbidden' },
    { status: 410, reason: 'Expired' },
    { status: 429, reason: 'TooManyRequests' },
  ])('answers $status as the API server words it', async ({ status, reason }) => {
    proxy.inject({ kind: 'answer', status, retryAfterSeconds: 7 });
    const answer = await send(namespaces);
    expect(answer).toMatchObject({ status, body: { kind: 'Status', reason, code: status } });
    expect(answer.headers['retry-after']).toBe('7');
  });

  test('fails only what matches, and only as often as it was told', async () => {
    proxy.inject({ kind: 'answer', status: 500 }, { verb: 'list', path: /\/namespaces$/ }, { times: 1 });
    expect((await send(`${namespaces}/default`)).status).toBe(200);
    expect((await send(namespaces)).status).toBe(500);
    expect((await send(namespaces)).status).toBe(200);
  });

  test('ends a fault when its own end is called', async () => {
    const end = proxy.inject({ kind: 'answer', status: 500 });
    end();
    expect((await send(namespaces)).status).toBe(200);
  });

  test('counts requests by verb and path, with time and status', async () => {
    const before = proxy.count({ verb: 'get', path: `${namespaces}/kube-system` });
    await send(`${namespaces}/kube-system`);
    const seen = proxy.requests({ verb: 'get', path: `${namespaces}/kube-system` });
    expect(seen).toHaveLength(before + 1);
    expect(seen.at(-1)).toMatchObject({ verb: 'get', status: 200, at: expect.any(Number) });
  });

  test('cuts a connection without an answer', async () => {
    proxy.inject({ kind: 'cut' });
    await expect(send(namespaces)).rejects.toThrow(/hang up|ECONNRESET/);
  });

  test('refuses connections until it accepts them again', async () => {
    await proxy.refuse();
    await expect(send(namespaces)).rejects.toThrow('ECONNREFUSED');
    await proxy.accept();
    expect((await send(namespaces)).status).toBe(200);
  });

  test.each<{ fault: Fault }>([{ fault: { kind: 'silent' } }, { fault: { kind: 'delay', ms: 60_000 } }])(
    'holds a request back under $fault.kind, until its connection is cut',
    async ({ fault }) => {
      const path = `/held/${fault.kind}`;
      proxy.inject(fault, { path });
      const arrival = proxy.nextRequest({ path });
      const held = send(path);
      const seen = await Promise.race([arrival, held]);
      expect(seen).toMatchObject({ path, verb: 'get', status: undefined });
      proxy.cut();
      await expect(held).rejects.toThrow(/hang up|ECONNRESET/);
    },
  );
});

describe('a watch through the fault proxy', () => {
  test('goes silent and keeps its connection, and says what it missed on resume', async () => {
    const namespace = await freshNamespace();
    const path = `${namespaces}/${namespace}/configmaps`;
    const watch = await openWatch(path);
    const direct = await openWatch(path, controlPlane().url);
    proxy.silence();
    const next = watch.next();
    await makeConfigMap(namespace, 'unseen');
    const event = { type: 'ADDED', object: { metadata: { name: 'unseen' } } };
    expect(await direct.next()).toMatchObject(event);
    expect(await Promise.race([next, 'nothing yet'])).toBe('nothing yet');
    proxy.resume();
    expect(await next).toMatchObject(event);
    watch.end();
    direct.end();
  });

  test('is ended with 410 in the middle of the stream', async () => {
    const namespace = await freshNamespace();
    const path = `${namespaces}/${namespace}/configmaps`;
    const watch = await openWatch(path);
    await makeConfigMap(namespace, 'seen');
    expect(await watch.next()).toMatchObject({ type: 'ADDED' });
    proxy.expireWatches({ path });
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(await watch.next()).toBeUndefined();
  });

  test('gets 410 at its start', async () => {
    proxy.inject({ kind: 'expired-watch' }, { verb: 'watch' });
    const watch = await openWatch(namespaces);
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  });

  test('gets a line that is no JSON', async () => {
    proxy.inject({ kind: 'garbled-watch' }, { verb: 'watch' });
    const watch = await openWatch(namespaces);
    await expect(watch.next()).rejects.toThrow('JSON');
    watch.end();
  });
});

function send(path: string, method: 'GET' | 'POST' = 'GET', body?: unknown) {
  const { ca, adminToken: token } = controlPlane();
  return sendRequest({ url: proxy.url, ca }, { method, path, body, token });
}

async function makeConfigMap(namespace: string, name: string): Promise<void> {
  const path = `${namespaces}/${namespace}/configmaps`;
  await controlPlane().request({ method: 'POST', path, body: { metadata: { name } } });
}

/** Watches from now on. The ConfigMap that clusters put into each namespace is the controllers' work: there is none. */
async function openWatch(path: string, server = proxy.url) {
  const { ca, adminToken } = controlPlane();
  const headers = { authorization: `Bearer ${adminToken}` };
  const request = get(new URL(`${path}?watch=1`, server), { ca, headers, agent: false });
  const [response] = await once(request, 'response');
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return {
    next: async (): Promise<unknown> => {
      const { done, value } = await lines.next();
      return done ? undefined : JSON.parse(value);
    },
    end: () => request.destroy(),
  };
}
