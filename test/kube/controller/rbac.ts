import type { Connection } from '../../support/control-plane/connection.ts';

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

/** What the controller may do everywhere: exactly what it needs, and the tests run it under exactly this. */
export const CLUSTER_RULES: readonly Rule[] = [
  { apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  {
    apiGroups: ['rootlock.dev'],
    resources: ['clusterwritablepathprofiles', 'writablepathprofiles'],
    verbs: ['list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: ['rootlock.dev'],
    resources: ['clusterwritablepathprofiles/status', 'writablepathprofiles/status'],
    verbs: ['patch'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: ['list', 'patch'],
  },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  {
    apiGroups: ['wgpolicyk8s.io'],
    resources: ['policyreports'],
    verbs: ['list', 'create', 'patch', 'delete'],
  },
  { apiGroups: ['openreports.io'], resources: ['reports'], verbs: ['list', 'create', 'patch', 'delete'] },
];

/** And in the namespace that it runs in. */
export const NAMESPACE_RULES: readonly Rule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['rootlock-controller'],
    verbs: ['get', 'list', 'watch', 'update'],
  },
];

/** Gives a service account these rules, and returns a token of it. */
export async function controllerToken(cluster: Connection, namespace: string): Promise<string> {
  const name = `rootlock-controller-${namespace}`;
  const token = await cluster.serviceAccountToken(namespace, 'rootlock-controller');
  const subjects = [{ kind: 'ServiceAccount', name: 'rootlock-controller', namespace }];
  const group = '/apis/rbac.authorization.k8s.io/v1';
  const make = async (path: string, body: unknown): Promise<void> => {
    const answer = await cluster.request({ method: 'POST', path: `${group}${path}`, body });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  };
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  await make('/clusterroles', { metadata: { name }, rules: CLUSTER_RULES });
  await make('/clusterrolebindings', { metadata: { name }, subjects, roleRef: roleRef('ClusterRole') });
  await make(`/namespaces/${namespace}/roles`, { metadata: { name }, rules: NAMESPACE_RULES });
  await make(`/namespaces/${namespace}/rolebindings`, {
    metadata: { name },
    subjects,
    roleRef: roleRef('Role'),
  });
  return token;
}
