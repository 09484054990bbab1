import { decide } from '../../core/admission/decide.ts';
import type { Decision, SkipReason } from '../../core/admission/decision.ts';
import type { JsonObject } from '../../core/json.ts';
import { isObject, textOf } from '../../core/json.ts';
import type { ObjectReference } from '../../core/object-reference.ts';
import type { ObservedNamespace } from '../../core/observed/observed-namespace.ts';
import { hasEnded, type ObservedPod, observePod } from '../../core/observed/observed-pod.ts';
import { barePod } from '../../core/usage/bare-pod.ts';
import { type PodUsage, type UsageInput, usageOf } from '../../core/usage/pod-usage.ts';

/** A pod that runs in a cluster, and what Rootlock makes of it. */
export type RunningPod = {
  readonly observed: ObservedPod;
  /** Whom a person would look for: its Deployment, or the pod itself. */
  readonly owner: Pick<ObjectReference, 'kind' | 'name'>;
  readonly namespace: ObservedNamespace;
  /** In the words of the controller; undefined where its namespace has not opted in. */
  readonly usage: PodUsage | undefined;
  /** Of the pod as it runs: changes nothing, so that its findings are those of the pod as it is. */
  readonly asItRuns: Decision;
  /** Of the pod as it would be if it were made now. */
  readonly madeNow: Decision;
};

export type RunningInput = Omit<UsageInput, 'pod'> & { readonly pod: JsonObject };

/** Undefined for a pod that has ended, or is about to. */
export function judgeRunning(input: RunningInput): RunningPod | undefined {
  const { pod, namespace, world, now } = input;
  const observed = observePod(pod);
  if (hasEnded(observed) || namespace.terminating) return undefined;
  const { policy, problems } = namespace;
  const asked = (json: JsonObject, mode: 'audit' | 'enforce') =>
    decide(
      {
        pod: json,
        namespace: observed.namespace,
        policy: { ...policy, mode },
        policyProblems: problems,
        now,
      },
      world,
    );
  return {
    observed,
    owner: ownerOf(pod, observed),
    namespace,
    usage: usageOf({ ...input, pod: observed }),
    asItRuns: asked(pod, 'audit'),
    madeNow: asked(barePod(pod), policy.mode === 'enforce' ? 'enforce' : 'audit'),
  };
}

/** A Deployment names its ReplicaSets for itself and a hash, and the pods have a label with that hash. */
function ownerOf({ metadata }: JsonObject, { name, owner }: ObservedPod): RunningPod['owner'] {
  if (owner === undefined) return { kind: 'Pod', name };
  const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  const hash = textOf(labels['pod-template-hash']);
  if (owner.kind !== 'ReplicaSet' || hash === undefined || !owner.name.endsWith(`-${hash}`)) return owner;
  return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
}

/** Why a container is not as it would be if it were made now, in the words of events, metrics and reports; '' where it is. */
export function reasonFor({ usage, asItRuns }: RunningPod, container: string): ReasonTold {
  const told = usage?.containers.find((each) => each.container === container);
  if (told?.reason !== undefined) return told.reason;
  if (usage !== undefined) return '';
  const decided =
    asItRuns.kind === 'judged'
      ? asItRuns.containers.find((each) => each.container.name === container)
      : undefined;
  return decided?.container.security.readOnlyRootFilesystem === true ? '' : 'not-opted-in';
}

export type ReasonTold = NonNullable<PodUsage['containers'][number]['reason']> | SkipReason | '';
