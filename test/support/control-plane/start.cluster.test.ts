import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConnectionFacts } from './connection.ts';
import { sendRequest } from './request.ts';
import { type ControlPlane, startControlPlane } from './start.ts';
import { waitUntil } from './wait-until.ts';

describe('a control plane of a test', () => {
  let own: ControlPlane;
  beforeAll(async () => {
    own = await startControlPlane({
      users: [{ name: 'jane', groups: ['dev', 'ops'] }],
      auditLog: 'Metadata',
      controllers: true,
      extraArgs: ['--v=1'],
    });
  });
  afterAll(() => own.stop());

  test('knows the users that it was started with', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const { body } = await own.request({ method: 'POST', path, body: {}, token: own.token('jane') });
    const groups = expect.arrayContaining(['dev', 'ops']);
    expect(body).toMatchObject({ status: { userInfo: { username: 'jane', groups } } });
    expect(() => own.token('john')).toThrow('no user "john"');
  });

  test('makes the pods of a Deployment, where controllers run', async () => {
    const namespace = await own.freshNamespace();
    const labels = { app: 'x' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
    const body = { metadata: { name: 'x' }, spec: { selector: { matchLabels: labels }, template } };
    await own.request({ method: 'POST', path: `/apis/apps/v1/namespaces/${namespace}/deployments`, body });
    const pods = await waitUntil('a pod', async () => {
      const { text } = await own.request({ path: `/api/v1/namespaces/${namespace}/pods` });
      return text.includes('ReplicaSet') ? text : undefined;
    });
    expect(JSON.parse(pods).items).toHaveLength(1);
  });

  test('keeps address and data when the API server and etcd start again', async () => {
    const namespace = await own.freshNamespace();
    await own.stopApiServer();
    await expect(own.request({ path: '/readyz' })).rejects.toThrow('ECONNREFUSED');
    await own.restartEtcd();
    await own.startApiServer();
    expect((await own.request({ path: `/api/v1/namespaces/${namespace}` })).status).toBe(200);
  });

  test('answers what it was asked while it was frozen, once it is thawed', async () => {
    own.freezeApiServer();
    const { answer } = await waitUntil('a request without an answer', async () => {
      const sent = own.request({ path: '/version' });
      const answered = sent.then(() => true);
      return (await Promise.race([answered, sleep(500, false)])) ? undefined : { answer: sent };
    });
    own.thawApiServer();
    expect((await answer).status).toBe(200);
  });

  test('records who asked for what', async () => {
    const namespace = await own.freshNamespace();
    const verb = 'create';
    const user = expect.objectContaining({ username: 'admin' });
    const objectRef = expect.objectContaining({ resource: 'namespaces', name: namespace });
    const seen = await waitUntil('the audit event', async () => {
      const events = own.auditEvents();
      return events.some((event) => JSON.stringify(event).includes(namespace)) ? events : undefined;
    });
    expect(seen).toContainEqual(expect.objectContaining({ verb, user, objectRef }));
  });

  test('has a log for each program', () => {
    expect(own.log('kube-apiserver')).toContain('Serving securely');
  });
});

test('a control plane ends, and its files go, when the process that started it is killed', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'start.ts'));
  const source = `
    const { startControlPlane } = await import(${module});
    console.log(JSON.stringify((await startControlPlane()).facts));
    setInterval(() => {}, 1000);
  `;
  const args = ['--input-type=module', '-e', source];
  const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: starter.stdout }), 'line');
  const { url, folder }: ConnectionFacts = JSON.parse(line);
  expect(existsSync(folder)).toBe(true);
  starter.kill('SIGKILL');
  const gone = async () => (existsSync(folder) || (await answers(url)) ? undefined : true);
  expect(await waitUntil('everything to be gone', gone)).toBe(true);
});

async function answers(url: string): Promise<boolean> {
  return sendRequest({ url, ca: '' }, { path: '/readyz', token: '' }).then(
    () => true,
    (error: Error) => !error.message.includes('ECONNREFUSED'),
  );
}
