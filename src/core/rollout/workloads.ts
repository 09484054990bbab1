import { isObject, type JsonObject } from '../json.ts';
import { controllerOf, type ObjectReference } from '../object-reference.ts';
import type { ObservedPod } from '../observed/observed-pod.ts';
import type { PodUsage } from '../usage/pod-usage.ts';
import type { Workload, WorkloadPod } from './next-step.ts';
import { type Owner, readOwner } from './owner.ts';

/** Pods of a Job are not made anew by anybody, and those without an owner are gone when they are evicted. */
const LEFT_ALONE = new Set(['Job', 'Pod', 'Node']);

/**
 * The workloads of one namespace: the Deployments, StatefulSets, DaemonSets and ReplicaSets as the API server lists
 * them, each with its pods. Pods of an owner of another kind are a workload too, of which no more is known than they.
 */
export function workloadsOf(
  owners: readonly JsonObject[],
  usages: readonly PodUsage[],
  podOf: (key: string) => ObservedPod | undefined,
): readonly Workload[] {
  const byKey = new Map<string, { readonly owner: Owner; readonly pods: WorkloadPod[] }>();
  const above = new Map<string, string>();
  for (const json of owners) {
    const owner = readOwner(json);
    if (owner === undefined) continue;
    const parent = controllerOf(isObject(json.metadata) ? json.metadata : {});
    if (parent === undefined) byKey.set(keyFor(owner.reference), { owner, pods: [] });
    else above.set(keyFor(owner.reference), keyFor(parent));
  }
  for (const usage of usages) {
    const pod = podOf(usage.key);
    if (pod?.owner === undefined || LEFT_ALONE.has(pod.owner.kind)) continue;
    const direct = keyFor(pod.owner);
    const key = above.get(direct) ?? direct;
    const workload = byKey.get(key) ?? { owner: foreign(pod.owner), pods: [] };
    workload.pods.push({ usage, ready: pod.ready });
    byKey.set(key, workload);
  }
  return [...byKey.values()].filter(({ owner, pods }) => pods.length > 0 || owner.restart !== undefined);
}

function keyFor({ kind, name }: Pick<ObjectReference, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

/** An owner of a kind that we know nothing of: an operator makes its pods anew, or does not. */
function foreign(reference: ObjectReference): Owner {
  return { reference, resourceVersion: '', way: 'evict', paused: false, settled: true };
}
