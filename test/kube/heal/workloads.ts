import { isObject, type JsonObject } from '../../../src/core/json.ts';
import type { Connection } from '../../support/control-plane/connection.ts';

export type WorkloadKind = keyof typeof KINDS;

type Given = { readonly template: JsonObject; readonly selector: JsonObject };

type Kind = {
  readonly group: string;
  readonly resource: string;
  readonly spec: (given: Given) => JsonObject;
};

const replicated = ({ template, selector }: Given) => ({ replicas: 1, selector, template });

/** What makes pods, and makes them anew. */
export const KINDS = {
  Deployment: { group: 'apis/apps/v1', resource: 'deployments', spec: replicated },
  ReplicaSet: { group: 'apis/apps/v1', resource: 'replicasets', spec: replicated },
  StatefulSet: {
    group: 'apis/apps/v1',
    resource: 'statefulsets',
    spec: (given: Given) => ({ ...replicated(given), serviceName: 'web' }),
  },
  DaemonSet: {
    group: 'apis/apps/v1',
    resource: 'daemonsets',
    spec: ({ template, selector }: Given) => ({ selector, template }),
  },
  Job: {
    group: 'apis/batch/v1',
    resource: 'jobs',
    spec: ({ template }: Given) => ({ template: restarting(template, 'Never') }),
  },
  CronJob: {
    group: 'apis/batch/v1',
    resource: 'cronjobs',
    spec: ({ template }: Given) => ({
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: restarting(template, 'OnFailure') } },
    }),
  },
} as const satisfies Record<string, Kind>;

function restarting(template: JsonObject, restartPolicy: 'Never' | 'OnFailure'): JsonObject {
  return { ...template, spec: { ...(isObject(template.spec) && template.spec), restartPolicy } };
}

export type Workload = {
  readonly namespace: string;
  readonly image: string;
  /** Its pods need no scheduler. */
  readonly node: string;
};

/** Makes a workload `web`, of whichever kind, with one pod; a CronJob runs at once, as by `kubectl create job --from`. */
export async function makeWorkload(cluster: Connection, kind: WorkloadKind, workload: Workload) {
  const { namespace, image, node } = workload;
  const labels = { app: 'web' };
  const containers = [{ name: 'main', image }];
  const template = {
    metadata: { labels },
    spec: { nodeName: node, terminationGracePeriodSeconds: 0, containers },
  };
  const { group, resource, spec }: Kind = KINDS[kind];
  const made = await create(cluster, `/${group}/namespaces/${namespace}/${resource}`, {
    metadata: { name: 'web' },
    spec: spec({ template, selector: { matchLabels: labels } }),
  });
  if (kind !== 'CronJob') return;
  const metadata = isObject(made.metadata) ? made.metadata : {};
  const owner = { apiVersion: 'batch/v1', kind, name: 'web', uid: metadata.uid, controller: true };
  await create(cluster, `/apis/batch/v1/namespaces/${namespace}/jobs`, {
    metadata: { name: 'web-1', ownerReferences: [owner] },
    spec: { template: restarting(template, 'OnFailure') },
  });
}

async function create(cluster: Connection, path: string, body: object): Promise<JsonObject> {
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return isObject(answer.body) ? answer.body : {};
}
