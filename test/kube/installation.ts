import { randomBytes } from 'node:crypto';
import type { Connection } from '../support/control-plane/connection.ts';
import { freePort } from '../support/control-plane/ports.ts';
import { installCrds } from '../support/install-crds.ts';
import { create, webhookToken } from './rbac.ts';
import { startWebhookProcess, type WebhookProcess } from './webhook-process.ts';

/** What the chart makes of one release, as far as it matters without nodes; only namespaces made here are its own. */
export type Installation = {
  readonly name: string;
  readonly namespace: string;
  readonly token: string;
  /** The port that the API server calls. */
  readonly port: number;
  /** A fresh namespace that has opted in to this installation. */
  readonly optedIn: (labels?: Readonly<Record<string, string>>) => Promise<string>;
  /** One replica on the port that the API server calls, or on another. */
  readonly start: (options?: StartOptions) => Promise<WebhookProcess>;
  readonly secretPath: string;
  readonly configurationPaths: { readonly mutating: string; readonly validating: string };
};

export type StartOptions = {
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it reaches the API server, if not directly. */
  readonly server?: string;
};

export type InstallOptions = {
  readonly failurePolicy?: 'Ignore' | 'Fail';
  /** Where the API server calls, if it is not a replica. */
  readonly port?: number;
};

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const LABEL = 'rootlock-test/installation';

export async function install(
  cluster: Connection,
  { failurePolicy = 'Ignore', port: given }: InstallOptions = {},
): Promise<Installation> {
  await installCrds(cluster);
  const name = `rootlock-${randomBytes(4).toString('hex')}`;
  const port = given ?? (await freePort());
  const namespace = await cluster.freshNamespace();
  const token = await webhookToken(cluster, { name, namespace });
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  await create(cluster, secrets, { metadata: { name: `${name}-webhook-tls` }, type: 'Opaque' });
  const configuration = configurationsOf({ name, namespace, port, failurePolicy });
  const mutating = `${ADMISSION}/mutatingwebhookconfigurations`;
  const validating = `${ADMISSION}/validatingwebhookconfigurations`;
  await helmApply(cluster, `${mutating}/${name}`, configuration.mutating);
  await helmApply(cluster, `${validating}/${name}`, configuration.validating);
  return {
    name,
    namespace,
    token,
    port,
    optedIn: (labels) => cluster.freshNamespace({ 'rootlock.dev/mode': 'enforce', [LABEL]: name, ...labels }),
    start: ({ port: own = port, env = {}, server } = {}) =>
      startWebhookProcess({
        port: own,
        env: {
          KUBECONFIG: cluster.kubeconfigFor({ token, ...(server !== undefined && { server }) }),
          ROOTLOCK_NAMESPACE: namespace,
          ROOTLOCK_SERVICE: `${name}-webhook`,
          ROOTLOCK_TLS_SECRET: `${name}-webhook-tls`,
          ROOTLOCK_MUTATING_CONFIGURATION: name,
          ROOTLOCK_VALIDATING_CONFIGURATION: name,
          ...env,
        },
      }),
    secretPath: `${secrets}/${name}-webhook-tls`,
    configurationPaths: { mutating: `${mutating}/${name}`, validating: `${validating}/${name}` },
  };
}

/** As Helm 4 does it; whoever writes fields that others own gets a conflict. */
export async function helmApply(cluster: Connection, path: string, body: unknown): Promise<void> {
  const answer = await cluster.request({
    method: 'PATCH',
    path: `${path}?fieldManager=helm`,
    contentType: 'application/apply-patch+yaml',
    body,
  });
  if (answer.status === 200 || answer.status === 201) return;
  throw new Error(`applying ${path}: the API server answered ${answer.status}: ${answer.text}`);
}

type Configured = {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  readonly failurePolicy: string;
};

/** As the chart renders them, but for the URL in place of the Service, and the label that keeps installations apart. */
function configurationsOf({ name, namespace, port, failurePolicy }: Configured) {
  const webhook = (webhookName: string, path: string) => ({
    name: webhookName,
    clientConfig: { url: `https://127.0.0.1:${port}${path}` },
    namespaceSelector: {
      matchExpressions: [
        { key: 'rootlock.dev/mode', operator: 'In', values: ['audit', 'enforce'] },
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['kube-system', 'kube-public', 'kube-node-lease', namespace],
        },
        { key: LABEL, operator: 'In', values: [name] },
      ],
    },
    matchConditions: [
      {
        name: 'not-a-mirror-of-a-static-pod',
        expression: "!('kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({}))",
      },
    ],
    failurePolicy,
    timeoutSeconds: 3,
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  });
  const rule = (operations: string[], resources: string[]) => ({
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations, resources, scope: 'Namespaced' }],
  });
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return {
    mutating: {
      apiVersion,
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          ...webhook('pods.rootlock.dev', '/mutate'),
          ...rule(['CREATE'], ['pods']),
          reinvocationPolicy: 'IfNeeded',
        },
      ],
    },
    validating: {
      apiVersion,
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          ...webhook('ephemeralcontainers.rootlock.dev', '/judge'),
          ...rule(['UPDATE'], ['pods/ephemeralcontainers']),
        },
      ],
    },
  };
}
