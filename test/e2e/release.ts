import { expect } from '@jest/globals';
import type { V1PodList } from '@kubernetes/client-node';
import { helmDoes, NAMESPACE, RELEASE } from '../charts/helm.ts';
import { runProgram } from '../charts/run-program.ts';
import { valueAt } from '../charts/value-at.ts';
import { kubectl } from '../support/control-plane/binaries.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { NGINX_IMAGE } from '../support/image/nginx.ts';
import { cluster } from '../support/node/shared.ts';

const { controlPlane } = cluster();
const COMPONENTS = ['webhook', 'controller'] as const;

/** Four processes of node start at once, beside whatever else a machine has to do. */
export const INSTALLED_MS = 600_000;

/** All replicas are ready, nobody had to be started again, and the catalog is there. */
export async function untilInstalled(): Promise<void> {
  for (const component of COMPONENTS) {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${RELEASE}-${component}`;
    let seen: unknown;
    await waitUntil(
      `two ready replicas of the ${component}`,
      async () => {
        seen = valueAt((await controlPlane.request({ path })).body, 'status');
        return valueAt(seen, 'readyReplicas') === 2 || undefined;
      },
      { seconds: 240, saw: () => JSON.stringify(seen) },
    );
    const restarts = (await podsOfComponent(component)).items.map(
      ({ status }) => status?.containerStatuses?.[0]?.restartCount,
    );
    expect(restarts).toEqual([0, 0]);
  }
  await waitUntil(
    'the built-in catalog',
    async () => {
      const path = '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles/nginx';
      const { body } = await controlPlane.request({ path });
      return valueAt(body, 'metadata', 'labels', 'rootlock.dev/source') === 'builtin' || undefined;
    },
    { seconds: 240 },
  );
}

export async function podsOfComponent(component: (typeof COMPONENTS)[number]): Promise<V1PodList> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app.kubernetes.io/component=${component}`;
  return (await controlPlane.request({ path })).body as V1PodList;
}

/** The webhook is called, and knows what the namespace asks for: a dry run is hardened. */
export async function untilHardening(namespace: string): Promise<void> {
  await waitUntil('pods are hardened', async () => (await dryRunIsHardened(namespace)) || undefined);
}

/** Whether a pod of nginx would be, if it were made now. */
export async function dryRunIsHardened(namespace: string): Promise<boolean> {
  const { body } = await controlPlane.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
    body: { metadata: { name: 'probe' }, spec: { containers: [{ name: 'web', image: NGINX_IMAGE }] } },
  });
  return valueAt(body, 'spec', 'containers', 0, 'securityContext', 'readOnlyRootFilesystem') === true;
}

export function helmInRelease(...args: readonly string[]): Promise<string> {
  return helmDoes([...args, '--namespace', NAMESPACE], { kubeconfig: controlPlane.kubeconfig() });
}

export async function useKubectl(...args: readonly string[]): Promise<string> {
  const run = await runProgram(await kubectl(), args, { kubeconfig: controlPlane.kubeconfig() });
  if (run.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

/** Rootlock's own, in which only restricted pods run. */
export async function ensureNamespace(): Promise<void> {
  const answer = await controlPlane.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  });
  if (answer.status !== 201 && answer.status !== 409) throw new Error(`${answer.status}: ${answer.text}`);
}
