import { setTimeout as sleep } from 'node:timers/promises';
import { isArray, isObject, type JsonObject, textOf } from '../../../src/core/json.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import { list, metadataOf, statusOf } from './objects.ts';

/** How a pod fares; by its containers' images, since they are all that a test has to choose. */
export type Fate = 'runs' | 'crashes' | 'starts';

/**
 * Says of the pods of a namespace what a kubelet would, without any node: the API server, the controller-manager and
 * Rootlock see no difference.
 */
export function startKubelet(
  cluster: Connection,
  namespace: string,
  fateOf: (pod: JsonObject) => Fate = () => 'runs',
): { readonly stop: () => Promise<void> } {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  let stopped = false;
  const look = async () => {
    for (const pod of await list(cluster, path)) {
      const fate = fateOf(pod);
      const wanted = fate === 'runs' ? 'True' : 'False';
      if (readiness(pod) === wanted) continue;
      const contentType = 'application/merge-patch+json';
      const body = { status: statusFor(pod, fate) };
      await cluster.request({
        method: 'PATCH',
        path: `${path}/${metadataOf(pod).name}/status`,
        body,
        contentType,
      });
    }
  };
  const running = (async () => {
    while (!stopped) {
      await look();
      await sleep(200);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

function readiness(pod: JsonObject): string | undefined {
  const conditions = statusOf(pod).conditions;
  const ready = isArray(conditions) ? conditions.find((each) => isObject(each) && each.type === 'Ready') : {};
  return isObject(ready) ? textOf(ready.status) : undefined;
}

function statusFor(pod: JsonObject, fate: Fate): JsonObject {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const containers = isArray(spec.containers) ? spec.containers.filter(isObject) : [];
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = fate === 'runs';
  return {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time }],
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready,
      restartCount: fate === 'crashes' ? 3 : 0,
      state:
        fate === 'crashes' ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: { startedAt: time } },
    })),
  };
}
