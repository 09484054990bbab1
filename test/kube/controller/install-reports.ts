import type { JsonObject } from '../../../src/core/json.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import { until } from '../../support/until.ts';
import { make } from './objects.ts';

const text: JsonObject = { type: 'string' };
const count: JsonObject = { type: 'integer' };
const object = (properties: JsonObject): JsonObject => ({ type: 'object', properties });
const list = (items: JsonObject): JsonObject => ({ type: 'array', items });
const reference = object({ apiVersion: text, kind: text, namespace: text, name: text, uid: text });
const OUTCOMES = ['pass', 'fail', 'warn', 'error', 'skip'];

/**
 * PolicyReports as the Kubernetes policy working group defines them, as far as the API server is to check what is written
 * (github.com/kubernetes-sigs/wg-policy-prototypes, v1alpha2); what is in no property here would be dropped.
 */
export async function installReports(cluster: Connection): Promise<void> {
  const result = object({
    source: text,
    policy: text,
    rule: text,
    category: text,
    severity: { type: 'string', enum: ['critical', 'high', 'medium', 'low', 'info'] },
    result: { type: 'string', enum: OUTCOMES },
    scored: { type: 'boolean' },
    message: text,
    resources: list(reference),
  });
  const schema = object({
    scope: reference,
    summary: object(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count]))),
    results: list({ ...result, required: ['policy'] }),
  });
  await make(cluster, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    metadata: {
      name: 'policyreports.wgpolicyk8s.io',
      annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' },
    },
    spec: {
      group: 'wgpolicyk8s.io',
      scope: 'Namespaced',
      names: { kind: 'PolicyReport', plural: 'policyreports', singular: 'policyreport' },
      versions: [{ name: 'v1alpha2', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });
  const path = '/apis/wgpolicyk8s.io/v1alpha2/policyreports';
  await until(async () => (await cluster.request({ path })).status === 200, 60_000);
}
