import type { V1Container, V1Pod } from '@kubernetes/client-node';
import type { Connection } from '../control-plane/connection.ts';
import { waitUntil } from '../control-plane/wait-until.ts';

export type Ended = { readonly exitCode: number; readonly log: string };

/** Creates a pod from its spec; rejects with the API server's reason. */
export async function createPod(
  controlPlane: Connection,
  namespace: string,
  pod: { readonly name: string; readonly spec: object; readonly labels?: Readonly<Record<string, string>> },
): Promise<void> {
  const { name, labels = {}, spec } = pod;
  const body = { metadata: { name, labels }, spec };
  const answer = await controlPlane.request({ method: 'POST', path: podsIn(namespace), body });
  if (answer.status !== 201) throw new Error(`creating the pod ${name}: ${answer.status} ${answer.text}`);
}

export async function readPod(controlPlane: Connection, namespace: string, name: string): Promise<V1Pod> {
  const answer = await controlPlane.request({ path: `${podsIn(namespace)}/${name}` });
  if (answer.status !== 200) throw new Error(`reading the pod ${name}: ${answer.status} ${answer.text}`);
  return answer.body as V1Pod;
}

/** What a container has logged, by way of the API server; `previous` is the log of the run before. */
export async function podLog(
  controlPlane: Connection,
  namespace: string,
  name: string,
  { previous = false }: { readonly previous?: boolean } = {},
): Promise<string> {
  const answer = await controlPlane.request({
    path: `${podsIn(namespace)}/${name}/log?previous=${previous}`,
  });
  if (answer.status !== 200) throw new Error(`reading the log of ${name}: ${answer.status} ${answer.text}`);
  return answer.text;
}

/** Waits until a pod is as it should be, and fails with its status where that does not happen. */
export async function untilPod(
  controlPlane: Connection,
  namespace: string,
  name: string,
  reached: (pod: V1Pod) => boolean,
): Promise<V1Pod> {
  let last: V1Pod | undefined;
  const look = async () => {
    last = await readPod(controlPlane, namespace, name);
    return reached(last) ? last : undefined;
  };
  return waitUntil(`the pod ${name}`, look, { saw: () => JSON.stringify(last?.status, undefined, 1) });
}

/** Runs one container to its end, once. */
export async function runToEnd(
  controlPlane: Connection,
  namespace: string,
  container: Omit<V1Container, 'name'>,
  spec: object = {},
): Promise<Ended> {
  const name = `run-${Math.random().toString(36).slice(2, 10)}`;
  const only = { name: 'main', imagePullPolicy: 'Never', ...container };
  await createPod(controlPlane, namespace, {
    name,
    spec: { restartPolicy: 'Never', containers: [only], ...spec },
  });
  const pod = await untilPod(controlPlane, namespace, name, hasEnded);
  const exitCode = pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? -1;
  return { exitCode, log: await podLog(controlPlane, namespace, name) };
}

function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function podsIn(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}
