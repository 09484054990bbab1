import { beforeAll, describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject } from '../../src/core/json.ts';
import { kubectl } from '../support/control-plane/binaries.ts';
import { controlPlane, freshNamespace } from '../support/control-plane/shared.ts';
import { objects } from './helm.ts';
import { KINDS_OF_OTHERS, serveKind } from './kinds-of-others.ts';
import { runProgram } from './run-program.ts';
import { VALUE_SETS } from './value-sets.ts';

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
  for (const each of KINDS_OF_OTHERS) await serveKind(controlPlane(), each);
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
