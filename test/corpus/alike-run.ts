import { install } from '../kube/installation.ts';
import { create } from '../kube/rbac.ts';
import type { WebhookProcess } from '../kube/webhook-process.ts';
import type { Connection } from '../support/control-plane/connection.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/start.ts';
import { until } from '../support/until.ts';
import { type Compared, type Comparison, compare, type Namespaces } from './accepted-alike.ts';

/** The choices of a namespace under which pods are compared. */
export const CHOICES = {
  audit: { 'rootlock.dev/mode': 'audit' },
  enforce: {},
  'enforce, and change whatever can be changed': {
    'rootlock.dev/unknown-images': 'scratch',
    'rootlock.dev/explicit-false': 'override',
    'rootlock.dev/privileged': 'remove',
  },
} as const;

export type Choice = keyof typeof CHOICES;

export type Comparer = {
  readonly compareAll: (choice: Choice, pods: readonly Compared[]) => Promise<readonly Comparison[]>;
  /** Makes what pods refer to, in all namespaces. */
  readonly serviceAccounts: (names: readonly string[]) => Promise<void>;
  readonly webhook: WebhookProcess;
};

const TOGETHER = 8;

/** Its profiles match common images: what runs in it must be nobody else's. */
export function startTolerantCluster(): Promise<ControlPlane> {
  // Priority classes and runtime classes are a cluster's own: pods may name any.
  return startControlPlane({ admissionPlugins: { disable: ['Priority', 'RuntimeClass'] } });
}

/** Starts a webhook under Fail, so that whatever it does not answer shows, with profiles of all sorts in the cluster. */
export async function startComparer(cluster: Connection): Promise<Comparer> {
  const installation = await install(cluster, { failurePolicy: 'Fail' });
  const webhook = await installation.start({
    env: {
      ROOTLOCK_LOG_LEVEL: 'warn',
      ROOTLOCK_IMAGE_VOLUME_PATHS: 'read-only',
    },
  });
  await webhook.ready();
  for (const spec of PROFILES) {
    const name = `any-${PROFILES.indexOf(spec)}-${installation.name}`;
    await create(cluster, '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles', {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'ClusterWritablePathProfile',
      metadata: { name },
      spec,
    });
  }
  const without = await cluster.freshNamespace();
  const namespaces = new Map<Choice, Namespaces>();
  for (const [choice, labels] of Object.entries(CHOICES)) {
    // A key of CHOICES.
    namespaces.set(choice as Choice, { without, with: await installation.optedIn(labels) });
  }
  const all = [without, ...[...namespaces.values()].map((each) => each.with)];
  await until(() => tried(cluster, all), 120_000);

  return {
    webhook,
    async serviceAccounts(names) {
      for (const namespace of all)
        for (const name of names) await cluster.ensureServiceAccount(namespace, name);
    },
    async compareAll(choice, pods) {
      const pair = namespaces.get(choice);
      if (!pair) throw new Error(`no namespaces for ${choice}`);
      const comparisons: Comparison[] = [];
      const work = async (worker: number) => {
        for (let at = worker; at < pods.length; at += TOGETHER) {
          const pod = pods[at];
          if (pod) comparisons.push(await compare(cluster, pair, pod));
        }
      };
      await Promise.all(Array.from({ length: TOGETHER }, (_, worker) => work(worker)));
      return comparisons;
    },
  };
}

/** Whether the API server trusts the webhook, and the webhook knows the last of the profiles. */
async function tried(cluster: Connection, namespaces: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(
    namespaces.map((namespace) =>
      cluster.request({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
        body: {
          metadata: { name: 'probe' },
          spec: { containers: [{ name: 'web', image: 'registry.example.com:5000/team/app' }] },
        },
      }),
    ),
  );
  return answers.every(({ status }) => status === 201);
}

/** Every way in which a profile can change a pod, for the images of the generated pods. */
const PROFILES = [
  {
    image: { repository: 'nginx' },
    paths: [
      { path: '/var/cache/nginx', content: 'Copy' },
      { path: '/run', sizeLimit: '16Mi' },
      { path: '/tmp', medium: 'Memory', sizeLimit: '16Mi' },
    ],
    env: [{ name: 'HOME', value: '/tmp' }],
  },
  {
    image: { repository: 'redis' },
    paths: [{ path: '/data', class: 'Data' }, { path: '/var/cache' }],
    facts: { volumes: ['/data'] },
  },
  {
    image: { repository: 'registry.example.com:5000/**' },
    paths: [{ path: '/var/run' }, { path: '/var/cache' }, { path: '/var/cache/nginx', medium: 'Memory' }],
    facts: { separateVarRun: true },
  },
  {
    image: { repository: 'quay.io/team/*' },
    paths: [
      { path: '/data', content: 'Copy', class: 'Data' },
      { path: '/opt/tool/work', content: 'Copy' },
    ],
    facts: { shell: false, volumes: ['/data'] },
    env: [{ name: 'TMPDIR', value: '/opt/tool/work' }],
  },
];
