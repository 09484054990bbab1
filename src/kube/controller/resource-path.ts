import type { ObjectReference } from '../../core/object-reference.ts';

/** The plural of each kind that the controller names in a request. */
const PLURALS: Readonly<Record<string, string>> = {
  'v1/Pod': 'pods',
  'v1/Namespace': 'namespaces',
  'apps/v1/Deployment': 'deployments',
  'apps/v1/StatefulSet': 'statefulsets',
  'apps/v1/DaemonSet': 'daemonsets',
  'apps/v1/ReplicaSet': 'replicasets',
  'batch/v1/Job': 'jobs',
  'rootlock.dev/v1alpha1/ClusterWritablePathProfile': 'clusterwritablepathprofiles',
  'rootlock.dev/v1alpha1/WritablePathProfile': 'writablepathprofiles',
  'wgpolicyk8s.io/v1alpha2/PolicyReport': 'policyreports',
  'openreports.io/v1alpha1/Report': 'reports',
};

/** `/apis/apps/v1/namespaces/shop/deployments/web`. Throws for a kind that is not in the table. */
export function objectPath({ apiVersion, kind, namespace, name }: ObjectReference): string {
  const plural = PLURALS[`${apiVersion}/${kind}`];
  if (plural === undefined) throw new Error(`no plural is known for ${apiVersion} ${kind}`);
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${scope}/${plural}/${name}`;
}
