import type { Connection } from '../support/control-plane/connection.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';

/** Kinds of other projects that the chart makes objects of; in tests they take whatever they are given. */
export const KINDS_OF_OTHERS = [
  { group: 'cert-manager.io', kind: 'Certificate', plural: 'certificates' },
  { group: 'cert-manager.io', kind: 'Issuer', plural: 'issuers' },
  { group: 'monitoring.coreos.com', kind: 'ServiceMonitor', plural: 'servicemonitors' },
  { group: 'monitoring.coreos.com', kind: 'PodMonitor', plural: 'podmonitors' },
  { group: 'monitoring.coreos.com', kind: 'PrometheusRule', plural: 'prometheusrules' },
] as const;

export type KindOfOthers = (typeof KINDS_OF_OTHERS)[number];

/** What kubectl asks for, and what comes a moment after the first request is served. */
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Resolves once the cluster serves the kind, and kubectl and Helm find it. */
export async function serveKind(cluster: Connection, { group, kind, plural }: KindOfOthers): Promise<void> {
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const body = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: anything } }],
    },
  };
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions`;
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status !== 201 && answer.status !== 409) throw new Error(`${path}: ${answer.text}`);
  await waitUntil(`${plural} are served, and kubectl finds them`, async () => {
    const { status } = await cluster.request({ path: `/apis/${group}/v1/${plural}` });
    const { text: found } = await cluster.request({ path: '/apis', headers: { accept: DISCOVERY } });
    return (status === 200 && found.includes(`"resource":"${plural}"`)) || undefined;
  });
}
