import type { ContainerDecision, Decision } from '../../core/admission/decision.ts';

/** What becomes of a workload in the words of the reports. */
export const OUTCOMES = {
  hardened: 'hardened',
  'would-harden': 'would be hardened',
  unchanged: 'already hardened',
  'left-alone': 'left alone',
  denied: 'denied',
} as const satisfies Record<string, string>;

export type Outcome = keyof typeof OUTCOMES;

/** A workload counts as hardened when something of it is: its other containers are told one by one. */
export function outcomeOf(decision: Decision): Outcome {
  if (decision.kind !== 'judged') return decision.kind;
  if (!decision.containers.some(({ kind }) => kind === 'hardened')) return 'left-alone';
  if (decision.operations.length === 0) return 'unchanged';
  return decision.mode === 'audit' ? 'would-harden' : 'hardened';
}

/** Why a workload is left alone or denied: one key, or several where its containers differ. */
export function reasonsOf(decision: Decision): string[] {
  if (decision.kind !== 'judged') return [decision.reason];
  return [...new Set(decision.containers.flatMap((each) => (each.kind === 'left-alone' ? each.reason : [])))];
}

export function containersOf(decision: Decision): readonly ContainerDecision[] {
  return decision.kind === 'judged' ? decision.containers : [];
}
