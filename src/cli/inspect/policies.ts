import { isObject } from '../../core/json.ts';
import {
  NAMESPACE_LABELS,
  type NamespacePolicy,
  readNamespacePolicy,
} from '../../core/policy/namespace-policy.ts';
import { type ManifestObject, titleOf } from '../workloads/objects.ts';

/** A policy, and where it was said. */
export type PolicyChoice = {
  readonly policy: NamespacePolicy;
  readonly problems: readonly string[];
  /** `the command line`, `Namespace shop`. */
  readonly from: string;
};

export type PolicyLookup = (namespace: string) => PolicyChoice;

/**
 * A Namespace among the manifests that has labels of Rootlock sets the policy of its namespace; all others get the
 * command line's. A mode that no label names is the command line's as well: whoever runs it asks for it.
 */
export function namespacePolicies(objects: readonly ManifestObject[], fallback: PolicyChoice): PolicyLookup {
  const choices = new Map<string, PolicyChoice>();
  for (const object of objects) {
    const { metadata } = object.json;
    const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
    if (!Object.keys(labels).some((label) => label.startsWith('rootlock.dev/'))) continue;
    const { policy, problems } = readNamespacePolicy(labels);
    const mode = Object.hasOwn(labels, NAMESPACE_LABELS.mode.label) ? policy.mode : fallback.policy.mode;
    choices.set(object.name, { policy: { ...policy, mode }, problems, from: titleOf(object) });
  }
  return (namespace) => choices.get(namespace) ?? fallback;
}

/** Findings in audit mode are those of the pod as it is; in enforce mode, as it will be. */
export function inAuditMode(policies: PolicyLookup): PolicyLookup {
  return (namespace) => {
    const choice = policies(namespace);
    return { ...choice, policy: { ...choice.policy, mode: 'audit' } };
  };
}

/** The labels' defaults, with what the command line says instead. */
export function policyOf(chosen: Partial<NamespacePolicy>): NamespacePolicy {
  return { ...readNamespacePolicy({}).policy, ...chosen };
}
