import { beforeAll, describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject } from '../../src/core/json.ts';
import { kubectl } from '../support/control-plane/binaries.ts';
import { controlPlane, freshNamespace } from '../support/control-plane/shared.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { objects } from './helm.ts';
import { runProgram } from './run-program.ts';
import { VALUE_SETS } from './value-sets.ts';

/** Kinds of other projects that the chart makes objects of; here they take whatever they are given. */
const OF_OTHERS = [
  { group: 'cert-manager.io', kind: 'Certificate', plural: 'certificates' },
  { group: 'cert-manager.io', kind: 'Issuer', plural: 'issuers' },
  { group: 'monitoring.coreos.com', kind: 'ServiceMonitor', plural: 'servicemonitors' },
  { group: 'monitoring.coreos.com', kind: 'PodMonitor', plural: 'podmonitors' },
  { group: 'monitoring.coreos.com', kind: 'PrometheusRule', plural: 'prometheusrules' },
] as const;

/** What kubectl asks for, and what comes a moment after the first request is served. */
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Kinds that the chart uses and that are of no namespace. */
const CLUSTER_WIDE = new Set([
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

beforeAll(async () => {
  for (const each of OF_OTHERS) await serve(each);
});

describe.each(VALUE_SETS)('the objects of the chart with the values of $name', ({ values }) => {
  test('are accepted by the API server, every field of them, without a warning', async () => {
    const namespace = await freshNamespace();
    const all = await objects(values, namespace);
    const { code, stdout, stderr } = await apply(all);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(all.length);
  });

  test('name the namespace of the release, where they are of one', async () => {
    for (const { kind, metadata } of await objects(values, 'elsewhere')) {
      const namespace = isObject(metadata) ? metadata.namespace : undefined;
      expect([kind, namespace]).toEqual([kind, CLUSTER_WIDE.has(String(kind)) ? undefined : 'elsewhere']);
    }
  });

  test('carry no authority, which others keep', async () => {
    expect(JSON.stringify(await objects(values))).not.toContain('caBundle');
  });
});

/** A dry run that is strict about fields the API server does not know. */
async function apply(items: readonly JsonObject[]) {
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '--filename=-'];
  return runProgram(await kubectl(), args, {
    kubeconfig: controlPlane().kubeconfig(),
    stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
}

async function serve({ group, kind, plural }: (typeof OF_OTHERS)[number]): Promise<void> {
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
  const answer = await controlPlane().request({ method: 'POST', path, body });
  if (answer.status !== 201 && answer.status !== 409) throw new Error(`${path}: ${answer.text}`);
  await waitUntil(`${plural} are served, and kubectl finds them`, async () => {
    const { status } = await controlPlane().request({ path: `/apis/${group}/v1/${plural}` });
    const { text: found } = await controlPlane().request({ path: '/apis', headers: { accept: DISCOVERY } });
    return (status === 200 && found.includes(`"resource":"${plural}"`)) || undefined;
  });
}
