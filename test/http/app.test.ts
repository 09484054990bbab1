import { afterEach, describe, expect, test } from '@jest/globals';
import { get, post, type Setup, startWebhook, type Webhook } from './webhook.ts';

const running: Webhook[] = [];
afterEach(() => {
  for (const { server } of running.splice(0)) server.stop();
});

async function start(setup: Setup = {}): Promise<Webhook> {
  const webhook = await startWebhook(setup);
  running.push(webhook);
  return webhook;
}

test('/healthz says that the process lives', async () => {
  const { status, body } = await get((await start()).port, '/healthz');
  expect([status, body]).toEqual([200, 'ok\n']);
});

describe('/readyz', () => {
  test('says 200 when each check holds, and names them', async () => {
    const { port } = await start({ ready: () => [{ name: 'catalog', ok: true }] });
    const { status, body } = await get(port, '/readyz?verbose');
    expect([status, body]).toEqual([200, '[+]catalog ok\n[+]not-draining ok\nreadyz check passed\n']);
  });

  test('says 503 and what is missing when one does not', async () => {
    const { port } = await start({
      ready: () => [
        { name: 'catalog', ok: false, because: 'profiles were never listed' },
        { name: 'namespaces', ok: true },
      ],
    });
    const { status, body } = await get(port, '/readyz');
    expect(status).toBe(503);
    expect(body).toBe(
      '[-]catalog failed: profiles were never listed\n[+]namespaces ok\n[+]not-draining ok\nreadyz check failed\n',
    );
  });

  test('is asked anew each time, as is its metric', async () => {
    let ok = false;
    const { port } = await start({ ready: () => [{ name: 'catalog', ok }] });
    const gauge = async () => {
      const { body } = await get(port, '/metrics');
      return body.split('\n').filter((line) => line.startsWith('rootlock_webhook_ready '));
    };
    const before = await get(port, '/readyz');
    expect(await gauge()).toEqual(['rootlock_webhook_ready 0']);
    ok = true;
    const after = await get(port, '/readyz');
    expect(await gauge()).toEqual(['rootlock_webhook_ready 1']);
    expect([before.status, after.status]).toEqual([503, 200]);
  });

  test('answers 500 and logs when a check itself fails', async () => {
    const webhook = await start({
      ready: () => {
        throw new Error('no check');
      },
    });
    const { status, body } = await get(webhook.port, '/readyz');
    expect(status).toBe(500);
    expect(body).not.toContain('no check');
    expect(webhook.entries).toMatchObject([{ level: 'error', message: 'answering failed' }]);
  });
});

test('/metrics is what Prometheus reads', async () => {
  const { status, headers, body } = await get((await start()).port, '/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(body).toContain('rootlock_catalog_profiles 7\n');
});

describe('a path that is none', () => {
  test.each(['/', '/favicon.ico', '/mutate/x', '/MUTATE', '/..%2f', '/%ff', '//'])(
    '%s gets 4xx and no stack',
    async (path) => {
      const { status, body } = await get((await start()).port, path);
      expect(status).toBe(404);
      expect(body).toContain('POST /mutate');
      expect(body).not.toMatch(/\bat .*\.(js|ts)/);
    },
  );

  test('is not served to a POST either, and its body is not read', async () => {
    const { port } = await start();
    expect((await post(port, 'x'.repeat(1_000_000), { path: '/healthz' })).status).toBe(404);
  });
});

test('express does not name itself', async () => {
  const { headers } = await get((await start()).port, '/healthz');
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
});
