import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { JsonObject } from '../../src/core/json.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/start.ts';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { CHART, helmDoes, NAMESPACE, RELEASE, runHelm } from './helm.ts';
import type { ProgramRun } from './run-program.ts';
import { itemsOf, valueAt } from './value-at.ts';

/** A cluster of a test file's own in which the chart is installed; all is gone again after each test. */
export type Installation = {
  readonly cluster: () => ControlPlane;
  /** Rejects where Helm fails. */
  readonly install: (flags?: readonly string[], chart?: string) => Promise<ProgramRun>;
  /** Runs Helm in the release's namespace, and rejects where it fails. */
  readonly helm: (...args: readonly string[]) => Promise<string>;
  /** The same, with whatever exit code. */
  readonly tryHelm: (...args: readonly string[]) => Promise<ProgramRun>;
  /** A token of a component's account, once the API server knows of all its rights. */
  readonly tokenOf: (component: 'webhook' | 'controller') => Promise<string>;
  /** The status of a GET. */
  readonly status: (path: string, token?: string) => Promise<number>;
  /** Rejects where the object is not made. */
  readonly create: (path: string, body: JsonObject) => Promise<void>;
  /** The pods of a namespace that are not going, once there are so many. */
  readonly pods: (namespace: string, count: number) => Promise<readonly unknown[]>;
};

export const HOOKS = '/apis/admissionregistration.k8s.io/v1';
export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const DEFINITIONS = [
  'clusterwritablepathprofiles.rootlock.dev',
  'writablepathprofiles.rootlock.dev',
] as const;
export const PROFILES = '/apis/rootlock.dev/v1alpha1';
export const SECRET = `/api/v1/namespaces/${NAMESPACE}/secrets/${RELEASE}-webhook-tls`;
export const MUTATING = `${HOOKS}/mutatingwebhookconfigurations/${RELEASE}`;
export const VALIDATING = `${HOOKS}/validatingwebhookconfigurations/${RELEASE}`;

/** What each component's Role, beside its ClusterRole, lets it read. */
const GRANTED = {
  webhook: `/api/v1/namespaces/${NAMESPACE}/secrets?fieldSelector=metadata.name%3D${RELEASE}-webhook-tls`,
  controller: `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/rootlock-controller`,
} as const;

/** What a release makes that is of no namespace, besides the definitions. */
export const CLUSTER_WIDE = [
  MUTATING,
  VALIDATING,
  `${HOOKS}/validatingadmissionpolicies/${RELEASE}`,
  `${HOOKS}/validatingadmissionpolicybindings/${RELEASE}`,
  `/apis/rbac.authorization.k8s.io/v1/clusterroles/${RELEASE}-webhook`,
  `/apis/rbac.authorization.k8s.io/v1/clusterroles/${RELEASE}-controller`,
  `/apis/rbac.authorization.k8s.io/v1/clusterroles/${RELEASE}-view`,
  `/apis/rbac.authorization.k8s.io/v1/clusterroles/${RELEASE}-edit`,
  `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${RELEASE}-webhook`,
  `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${RELEASE}-controller`,
];

/** To be called once, at the top of a test file. */
export function installation(): Installation {
  const folder = temporaryFolder('rootlock-installation-');
  let started: ControlPlane | undefined;
  const cluster = () => {
    if (started === undefined) throw new Error('the control plane runs during the tests only');
    return started;
  };
  const tryHelm = (...args: readonly string[]) =>
    runHelm([...args, '--namespace', NAMESPACE], { kubeconfig: cluster().kubeconfig() });
  const helm = (...args: readonly string[]) =>
    helmDoes([...args, '--namespace', NAMESPACE], { kubeconfig: cluster().kubeconfig() });
  const status = async (path: string, token = cluster().adminToken) =>
    (await cluster().request({ path, token })).status;

  beforeAll(async () => {
    started = await startControlPlane({
      controllers: true,
      extraArgs: [`--admission-control-config-file=${limitSystemPriorities(folder.path)}`],
    });
  }, 120_000);

  afterEach(async () => {
    await helm('uninstall', RELEASE, '--ignore-not-found');
    const paths = DEFINITIONS.map((name) => `${CRDS}/${name}`);
    for (const path of paths) await cluster().request({ method: 'DELETE', path });
    await waitUntil('the definitions are gone', async () => {
      const left = await Promise.all(paths.map((path) => status(path)));
      return left.every((code) => code === 404) || undefined;
    });
  });

  afterAll(async () => {
    await started?.stop();
    await folder.remove();
  });

  return {
    cluster,
    helm,
    tryHelm,
    status,
    async install(flags = [], chart = CHART) {
      const run = await tryHelm('install', RELEASE, chart, '--create-namespace', ...flags);
      if (run.code !== 0) throw new Error(`helm install: ${run.stderr}`);
      await waitUntil('the API server serves the profiles', async () => {
        const codes = await Promise.all(
          DEFINITIONS.map((name) => status(`${PROFILES}/${name.split('.')[0]}`)),
        );
        return codes.every((code) => code === 200) || undefined;
      });
      return run;
    },
    async tokenOf(component) {
      const token = await cluster().serviceAccountToken(NAMESPACE, `${RELEASE}-${component}`);
      // One path for each of its two roles.
      const paths = [`${PROFILES}/writablepathprofiles`, GRANTED[component]];
      await waitUntil(`the rights of the ${component}`, async () => {
        const codes = await Promise.all(paths.map((path) => status(path, token)));
        return !codes.includes(403) || undefined;
      });
      return token;
    },
    async create(path, body) {
      const answer = await cluster().request({ method: 'POST', path, body });
      if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
    },
    pods: (namespace, count) =>
      waitUntil(`${count} pods in ${namespace}`, async () => {
        const { body } = await cluster().request({ path: `/api/v1/namespaces/${namespace}/pods` });
        const staying = itemsOf(body).filter(
          (pod) => valueAt(pod, 'metadata', 'deletionTimestamp') === undefined,
        );
        return staying.length === count ? staying : undefined;
      }),
  };
}

/** As GKE does: pods of a system PriorityClass need a quota for it in their namespace. */
function limitSystemPriorities(folder: string): string {
  const limited = {
    resource: 'pods',
    matchScopes: [
      {
        scopeName: 'PriorityClass',
        operator: 'In',
        values: ['system-node-critical', 'system-cluster-critical'],
      },
    ],
  };
  const apiVersion = 'apiserver.config.k8s.io/v1';
  const configuration = { apiVersion, kind: 'ResourceQuotaConfiguration', limitedResources: [limited] };
  const file = join(folder, 'admission.json');
  const plugins = [{ name: 'ResourceQuota', configuration }];
  writeFileSync(file, JSON.stringify({ apiVersion, kind: 'AdmissionConfiguration', plugins }));
  return file;
}
