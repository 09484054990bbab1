import type { NamespacePolicy, ReadNamespacePolicy } from '../policy/namespace-policy.ts';
import { decide, judgeEphemeral } from './decide.ts';
import type { Decision, SkipReason } from './decision.ts';
import type { ReviewRequest } from './review.ts';
import type { AdmissionRequest, World } from './world.ts';

/** What a namespace chose, or undefined where it is not known. */
export type NamespacePolicies = (namespace: string) => ReadNamespacePolicy | undefined;

/** The decision on one review: is it a pod being created, whose namespace is known? */
export function admit(
  review: ReviewRequest,
  world: World,
  policies: NamespacePolicies,
  now: number,
): Decision {
  if (review.resource !== 'pods') return leftAlone('not-a-pod', review.resource);
  const chosen = policies(review.namespace);
  if (chosen === undefined) return leftAlone('namespace-unknown', review.namespace);
  const request: AdmissionRequest = {
    pod: review.object,
    namespace: review.namespace,
    policy: chosen.policy,
    policyProblems: chosen.problems,
    now,
  };
  if (review.subResource === 'ephemeralcontainers') return judgeEphemeral(request, world);
  if (review.operation !== 'CREATE' || review.subResource !== '')
    return leftAlone('not-create', review.operation);
  return decide(request, world);
}

/** Every namespace chose the same: for the command line and a first look, where there is no cluster. */
export function samePolicyEverywhere(policy: NamespacePolicy): NamespacePolicies {
  return () => ({ policy, problems: [] });
}

function leftAlone(reason: SkipReason, because: string): Decision {
  return { kind: 'left-alone', reason, because };
}
