import type { Connection } from '../support/control-plane/connection.ts';

export type Identity = {
  /** Of everything that belongs to one installation; the chart's fullname. */
  readonly name: string;
  readonly namespace: string;
};

/** What the webhook may do, and no more: the rules of the chart (charts/rootlock/templates/webhook/roles.yaml). */
export function webhookRules({ name }: Pick<Identity, 'name'>) {
  return {
    cluster: [
      {
        apiGroups: ['rootlock.dev'],
        resources: ['clusterwritablepathprofiles', 'writablepathprofiles'],
        verbs: ['list', 'watch'],
      },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        resourceNames: [name],
        verbs: ['list', 'watch', 'patch'],
      },
    ],
    ownNamespace: [
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: [`${name}-webhook-tls`],
        verbs: ['list', 'watch', 'update'],
      },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    ],
  };
}

/** Makes the webhook's service account with its rights; the answer is a token of it. */
export async function webhookToken(cluster: Connection, identity: Identity): Promise<string> {
  const { name: installation, namespace } = identity;
  const name = `${installation}-webhook`;
  const rules = webhookRules(identity);
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const group = '/apis/rbac.authorization.k8s.io/v1';
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const metadata = { name };
  await create(cluster, `${group}/clusterroles`, { metadata, rules: rules.cluster });
  await create(cluster, `${group}/clusterrolebindings`, {
    metadata,
    roleRef: roleRef('ClusterRole'),
    subjects,
  });
  const own = `${group}/namespaces/${namespace}`;
  await create(cluster, `${own}/roles`, { metadata, rules: rules.ownNamespace });
  await create(cluster, `${own}/rolebindings`, { metadata, roleRef: roleRef('Role'), subjects });
  return cluster.serviceAccountToken(namespace, name);
}

/** Makes an object as admin, or fails saying why not. */
export async function create(cluster: Connection, path: string, body: unknown): Promise<unknown> {
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status === 201) return answer.body;
  throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}
