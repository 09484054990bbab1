import { describe, expect, test } from '@jest/globals';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { controlPlane, freshNamespace } from '../support/control-plane/shared.ts';
import { minorOf } from '../support/control-plane/versions.ts';

const pod = { metadata: { name: 'app' }, spec: { containers: [{ name: 'app', image: 'nginx' }] } };

describe('the shared control plane', () => {
  test('is of a version that the tests name', () => {
    expect(['v1.37', 'v1.34']).toContain(minorOf(controlPlane().version));
  });

  test('takes a pod in a fresh namespace and gives it its service account', async () => {
    const namespace = await freshNamespace();
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const answer = await controlPlane().request({ method: 'POST', path, body: pod });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ spec: { serviceAccountName: 'default' } });
  });

  test('gives a fresh namespace the labels that were asked for', async () => {
    const namespace = await freshNamespace({ 'rootlock.dev/mode': 'audit' });
    const { body } = await controlPlane().request({ path: `/api/v1/namespaces/${namespace}` });
    expect(body).toMatchObject({ metadata: { labels: { 'rootlock.dev/mode': 'audit' } } });
  });

  test('refuses an invalid pod as every API server does', async () => {
    const namespace = await freshNamespace();
    const mount = { name: 'gone', mountPath: '/data' };
    const body = { ...pod, spec: { containers: [{ name: 'app', image: 'nginx', volumeMounts: [mount] }] } };
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const answer = await controlPlane().request({ method: 'POST', path, body });
    expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  });

  test('holds a service account to what RBAC allows it', async () => {
    const namespace = await freshNamespace();
    const token = await controlPlane().serviceAccountToken(namespace, 'robot');
    const who = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', token } as const;
    const self = await controlPlane().request({ ...who, body: { metadata: {} } });
    const username = `system:serviceaccount:${namespace}:robot`;
    expect(self.body).toMatchObject({ status: { userInfo: { username } } });
    const pods = await controlPlane().request({ path: `/api/v1/namespaces/${namespace}/pods`, token });
    expect(pods).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
  });

  test('is reached by the Kubernetes client through a kubeconfig', async () => {
    const config = new KubeConfig();
    config.loadFromFile(controlPlane().kubeconfig());
    const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
    expect(items.map(({ metadata }) => metadata?.name)).toContain('kube-system');
  });
});
