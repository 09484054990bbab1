import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isArray, isObject, type JsonObject, textOf } from '../../../src/core/json.ts';
import { issueCertificates } from '../../../src/http/self-signed.ts';
import type { Connection } from '../../support/control-plane/connection.ts';

/** What a container does when it is started: what it logs, and how it ends, if it does. */
export type Run = { readonly log: string; readonly exitCode?: number };

/** A program by what its container can write: `mounts` are its mount paths, `readOnly` whether its root is. */
export type FakeProgram = (given: {
  readonly image: string;
  readonly mounts: readonly string[];
  readonly readOnly: boolean;
}) => Run;

export type FakeNode = {
  readonly name: string;
  /** How many pods have ever run on it, in a namespace. */
  readonly podsSeen: (namespace: string) => number;
  readonly stop: () => Promise<void>;
};

const POLL_MS = 150;
const HEARTBEAT_MS = 10_000;

type Known = { runs: Run[]; restartAt: number };

/**
 * A node without containers: it says of pods that are bound to it what a kubelet would say, and serves their logs to
 * the API server, which asks it as it asks any kubelet.
 */
export async function startFakeNode(
  cluster: Connection,
  name: string,
  program: FakeProgram,
): Promise<FakeNode> {
  const known = new Map<string, Known>();
  const logs = new Map<string, readonly string[]>();
  const seen = new Map<string, Set<string>>();
  const { serving } = await issueCertificates({ names: ['127.0.0.1'], now: Date.now(), validDays: 1 });
  const server = createServer({ cert: serving.certificate, key: serving.key }, ({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'https://node');
    const [, , namespace = '', pod = '', container = ''] = pathname.split('/');
    const all = logs.get(`${namespace}/${pod}/${container}`) ?? [];
    const text = all.at(searchParams.get('previous') === 'true' ? -2 : -1);
    response.statusCode = text === undefined ? 400 : 200;
    response.end(text ?? 'no such run');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await must(cluster, { method: 'POST', path: '/api/v1/nodes', body: { metadata: { name } } });
  let stopped = false;
  const live = async () => {
    for (let beat = 0; !stopped; ) {
      if (Date.now() - beat > HEARTBEAT_MS) {
        beat = Date.now();
        await beatOnce(cluster, name, port);
      }
      await runPods().catch(() => undefined);
      await sleep(POLL_MS);
    }
  };

  const runPods = async () => {
    const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`;
    const { body } = await cluster.request({ path });
    const pods = isObject(body) && isArray(body.items) ? body.items.filter(isObject) : [];
    for (const pod of pods) await runPod(pod);
  };

  const runPod = async (pod: JsonObject) => {
    const metadata = isObject(pod.metadata) ? pod.metadata : {};
    const [namespace = '', podName = '', uid = ''] = [metadata.namespace, metadata.name, metadata.uid].map(
      (each) => textOf(each),
    );
    // A StatefulSet's next pod has the same name, and may be there by now: so each request names the uid, as a kubelet's do.
    const path = `/api/v1/namespaces/${namespace}/pods/${podName}`;
    if (metadata.deletionTimestamp != null) {
      const body = { gracePeriodSeconds: 0, preconditions: { uid } };
      await cluster.request({ method: 'DELETE', path, body });
      return;
    }
    seen.set(namespace, (seen.get(namespace) ?? new Set()).add(uid));
    const container = containerOf(pod);
    const state = known.get(uid) ?? { runs: [], restartAt: 0 };
    known.set(uid, state);
    const last = state.runs.at(-1);
    if (last !== undefined && (last.exitCode === undefined || neverRestarts(pod))) return;
    if (Date.now() < state.restartAt) return;
    const image = textOf(container.image) ?? '';
    state.runs.push(program({ image, mounts: mountsOf(container), readOnly: isReadOnly(container) }));
    state.restartAt = Date.now() + 1_000 * 2 ** state.runs.length;
    logs.set(
      `${namespace}/${podName}/${textOf(container.name)}`,
      state.runs.map(({ log }) => log),
    );
    await cluster.request({
      method: 'PATCH',
      path: `${path}/status`,
      contentType: 'application/strategic-merge-patch+json',
      body: { metadata: { uid }, status: statusOf(pod, textOf(container.name) ?? '', state.runs) },
    });
  };

  const living = live();
  return {
    name,
    podsSeen: (namespace) => seen.get(namespace)?.size ?? 0,
    stop: async () => {
      stopped = true;
      await living;
      await cluster.request({ method: 'DELETE', path: `/api/v1/nodes/${name}` });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function beatOnce(cluster: Connection, name: string, port: number): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  await cluster.request({
    method: 'PATCH',
    path: `/api/v1/nodes/${name}/status`,
    contentType: 'application/strategic-merge-patch+json',
    body: {
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: port } },
        nodeInfo: {
          operatingSystem: 'linux',
          containerRuntimeVersion: 'containerd://2.1.0',
          kubeletVersion: 'v1.37.0',
        },
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'Fake',
            message: '',
            lastHeartbeatTime: now,
            lastTransitionTime: now,
          },
        ],
      },
    },
  });
}

function containerOf({ spec }: JsonObject): JsonObject {
  const [container] = isObject(spec) && isArray(spec.containers) ? spec.containers : [];
  return isObject(container) ? container : {};
}

function neverRestarts({ spec }: JsonObject): boolean {
  return isObject(spec) && spec.restartPolicy === 'Never';
}

function mountsOf({ volumeMounts }: JsonObject): readonly string[] {
  return isArray(volumeMounts)
    ? volumeMounts.filter(isObject).flatMap(({ mountPath }) => textOf(mountPath) ?? [])
    : [];
}

function isReadOnly({ securityContext }: JsonObject): boolean {
  return isObject(securityContext) && securityContext.readOnlyRootFilesystem === true;
}

function statusOf(pod: JsonObject, container: string, runs: readonly Run[]): JsonObject {
  const { spec } = pod;
  const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  const last = runs.at(-1);
  const before = runs.at(-2);
  const ended = (run: Run) => ({
    terminated: { exitCode: run.exitCode ?? 0, reason: 'Error', startedAt: now, finishedAt: now },
  });
  const ready = last?.exitCode === undefined;
  const inits = isObject(spec) && isArray(spec.initContainers) ? spec.initContainers.filter(isObject) : [];
  return {
    phase: !ready && neverRestarts(pod) ? 'Failed' : 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now }],
    initContainerStatuses: inits.map(({ name }) => ({
      name: textOf(name) ?? '',
      image: 'x',
      imageID: 'x',
      ready: true,
      restartCount: 0,
      state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } },
    })),
    containerStatuses: [
      {
        name: container,
        image: 'x',
        imageID: 'x',
        ready,
        restartCount: runs.length - 1,
        state: ready || last === undefined ? { running: { startedAt: now } } : ended(last),
        ...(before !== undefined && { lastState: ended(before) }),
      },
    ],
  };
}

async function must(cluster: Connection, request: Parameters<Connection['request']>[0]): Promise<void> {
  const { status, text } = await cluster.request(request);
  if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${text}`);
}
