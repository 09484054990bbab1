import { admit } from '../../../src/core/admission/admit.ts';
import type { World } from '../../../src/core/admission/world.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import { readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';
import { certificates, startWebhook } from '../../http/webhook.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import { until } from '../../support/until.ts';
import { CLUSTER_PROFILES, list, make } from './objects.ts';

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

/**
 * The webhook, registered for the pods of one namespace, with the catalog of the cluster as it is when this is called.
 */
export async function registerWebhook(
  cluster: Connection,
  namespace: string,
): Promise<{ readonly stop: () => Promise<void> }> {
  const profiles = (await list(cluster, CLUSTER_PROFILES)).flatMap((item) => {
    const read = readProfile({
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'ClusterWritablePathProfile',
      ...item,
    });
    return read.kind === 'profile' ? [read.profile] : [];
  });
  const world: World = {
    catalog: compileCatalog(profiles, { mirrors: [], namespacedExemptions: true }),
    settings: {
      podAnnotations: true,
      record: true,
      runtime: { imageVolumePaths: 'unknown', emptyDirMode: true },
    },
  };
  const policy = readNamespacePolicy({ 'rootlock.dev/mode': 'enforce' });
  const webhook = await startWebhook({ admit: (request) => admit(request, world, () => policy, Date.now()) });
  const name = `rootlock-${namespace}`;
  await make(cluster, CONFIGURATIONS, {
    metadata: { name },
    webhooks: [
      {
        name: 'pods.rootlock.dev',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        clientConfig: {
          url: `https://127.0.0.1:${webhook.port}/mutate`,
          caBundle: Buffer.from(certificates.authority.certificate).toString('base64'),
        },
      },
    ],
  });
  await untilCalled(cluster, namespace);
  return {
    stop: async () => {
      await cluster.request({ method: 'DELETE', path: `${CONFIGURATIONS}/${name}` });
      webhook.server.stop();
    },
  };
}

/** The API server takes a moment until it calls a webhook that was registered. */
async function untilCalled(cluster: Connection, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const body = {
    metadata: { name: 'probe', annotations: { 'rootlock.dev/writable-paths.probe': '/probe' } },
    spec: { containers: [{ name: 'probe', image: 'probe' }] },
  };
  await until(async () => {
    const { text } = await cluster.request({ method: 'POST', path, body });
    return text.includes('"rootlock.dev/hardened"');
  }, 60_000);
}
