import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { NAMESPACE, RELEASE } from './helm.ts';
import { CLUSTER_WIDE, HOOKS, installation, MUTATING, PROFILES, SECRET } from './installation.ts';
import { valueAt } from './value-at.ts';

const { cluster, install, tokenOf, status, create, pods } = installation();

describe('helm install', () => {
  test('makes all objects without a warning, and says what to do next', async () => {
    const { stdout, stderr } = await install();
    expect(stderr).toBe('');
    expect(stdout).toContain('kubectl label namespace YOUR-NAMESPACE rootlock.dev/mode=audit');
    for (const path of [...CLUSTER_WIDE, SECRET]) expect([path, await status(path)]).toEqual([path, 200]);
  });

  test('makes pods that a restricted namespace takes, with a system priority', async () => {
    await install();
    await patchNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    await cluster().request({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}/pods` });
    const made = await pods(NAMESPACE, 4);
    expect(made.map((pod) => valueAt(pod, 'spec', 'priority'))).toEqual(Array(4).fill(2_000_000_000));
  });

  test('makes no pods where system priorities are limited and the quota is switched off', async () => {
    await install(['--set', 'priorityClassQuota=false']);
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${RELEASE}-webhook`;
    await waitUntil('the Deployment says why', async () => {
      const { text } = await cluster().request({ path });
      return text.includes('insufficient quota to match these scopes') || undefined;
    });
  });
});

describe("the webhook's account", () => {
  test('may do what it has to, by name, and nothing beside it', async () => {
    await install();
    const token = await tokenOf('webhook');
    const secrets = `/api/v1/namespaces/${NAMESPACE}/secrets`;
    const configurations = `${HOOKS}/mutatingwebhookconfigurations`;
    await create(secrets, { metadata: { name: 'of-others' } });
    await create(configurations, { metadata: { name: 'of-others' }, webhooks: [] });
    const { body: own } = await cluster().request({ path: SECRET });
    const patch = async (path: string) => {
      const sent = { method: 'PATCH', contentType: 'application/merge-patch+json', body: {} } as const;
      return (await cluster().request({ ...sent, path, token })).status;
    };
    const make = async (path: string) =>
      (await cluster().request({ method: 'POST', path, token, body: { metadata: { name: 'made' } } })).status;
    const answers = [
      ['profiles', await status(`${PROFILES}/writablepathprofiles`, token)],
      ['profiles of the cluster', await status(`${PROFILES}/clusterwritablepathprofiles`, token)],
      ['namespaces', await status('/api/v1/namespaces', token)],
      ['nodes', await status('/api/v1/nodes', token)],
      ['its Secret', await status(`${secrets}?fieldSelector=metadata.name%3D${RELEASE}-webhook-tls`, token)],
      [
        'to write its Secret',
        (await cluster().request({ method: 'PUT', path: SECRET, token, body: own })).status,
      ],
      ['to make a Secret', await make(secrets)],
      [
        'its configuration',
        await status(`${configurations}?fieldSelector=metadata.name%3D${RELEASE}`, token),
      ],
      ['to write its configuration', await patch(MUTATING)],
      ['another Secret', await status(`${secrets}/of-others`, token)],
      ['all Secrets', await status(secrets, token)],
      ['all configurations', await status(configurations, token)],
      ['to make a Secret elsewhere', await make('/api/v1/namespaces/default/secrets')],
      ['to write another configuration', await patch(`${configurations}/of-others`)],
      ['pods', await status('/api/v1/pods', token)],
      ['policies', await status(`${HOOKS}/validatingadmissionpolicies`, token)],
    ];
    for (const path of [`${secrets}/of-others`, `${secrets}/made`, `${configurations}/of-others`]) {
      await cluster().request({ method: 'DELETE', path });
    }
    expect(answers).toEqual([
      ['profiles', 200],
      ['profiles of the cluster', 200],
      ['namespaces', 200],
      ['nodes', 200],
      ['its Secret', 200],
      ['to write its Secret', 200],
      ['to make a Secret', 201],
      ['its configuration', 200],
      ['to write its configuration', 200],
      ['another Secret', 403],
      ['all Secrets', 403],
      ['all configurations', 403],
      ['to make a Secret elsewhere', 403],
      ['to write another configuration', 403],
      ['pods', 403],
      ['policies', 403],
    ]);
  });
});

describe("the controller's account", () => {
  test('may hold its Lease and read logs, and reads no Secret, makes no pod and writes no right', async () => {
    await install();
    const token = await tokenOf('controller');
    const namespace = await cluster().freshNamespace();
    const make = async (path: string) =>
      (await cluster().request({ method: 'POST', path, token, body: { metadata: { name: 'made' } } })).status;
    const leases = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const answers = {
      'its Lease': await status(`${leases}/rootlock-controller`, token),
      'a log': await status(`/api/v1/namespaces/${namespace}/pods/gone/log`, token),
      profiles: await status(`${PROFILES}/writablepathprofiles`, token),
      'another Lease': await status(`${leases}/another`, token),
      'Secrets of its namespace': await status(`/api/v1/namespaces/${NAMESPACE}/secrets`, token),
      "the webhook's Secret": await status(SECRET, token),
      ConfigMaps: await status(`/api/v1/namespaces/${namespace}/configmaps`, token),
      'to make a pod': await make(`/api/v1/namespaces/${namespace}/pods`),
      'to make a Deployment': await make(`/apis/apps/v1/namespaces/${namespace}/deployments`),
      'to make a role': await make(`${rbac}/clusterroles`),
      'to make a namespace': await make('/api/v1/namespaces'),
    };
    expect(answers).toEqual({
      'its Lease': 404,
      'a log': 404,
      profiles: 200,
      'another Lease': 403,
      'Secrets of its namespace': 403,
      "the webhook's Secret": 403,
      ConfigMaps: 403,
      'to make a pod': 403,
      'to make a Deployment': 403,
      'to make a role': 403,
      'to make a namespace': 403,
    });
  });
});

test('the roles of people let an editor of a namespace write its profiles, and a viewer read them', async () => {
  await install();
  const namespace = await cluster().freshNamespace();
  const path = `${PROFILES}/namespaces/${namespace}/writablepathprofiles`;
  const may = async (role: string) => {
    const account = `a-${role}`;
    const token = await cluster().serviceAccountToken(namespace, account);
    await create(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      metadata: { name: role },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', namespace, name: account }],
    });
    const body = {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'WritablePathProfile',
      metadata: { name: account },
      spec: { image: { repository: 'nginx' } },
    };
    await waitUntil(`${role} reads profiles`, async () => (await status(path, token)) === 200 || undefined);
    return async () => (await cluster().request({ method: 'POST', path, token, body })).status;
  };
  const byEditor = await may('edit');
  await waitUntil('an editor writes profiles', async () => (await byEditor()) === 201 || undefined);
  const byViewer = await may('view');
  expect(await byViewer()).toBe(403);
});

async function patchNamespace(labels: Readonly<Record<string, string>>): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}`;
  const contentType = 'application/merge-patch+json';
  await cluster().request({ method: 'PATCH', path, contentType, body: { metadata: { labels } } });
}
