import type { Decision, DenyReason, SkipReason } from '../core/admission/decision.ts';

/** What logs and metrics tell of a decision; the keys are metric labels. */
export const OUTCOMES = {
  hardened: 'hardened',
  'would-harden': 'would harden',
  unchanged: 'already hardened',
  'left-alone': 'left alone',
  denied: 'denied',
} as const satisfies Record<string, string>;

export type Outcome = keyof typeof OUTCOMES;

export type DecisionSummary = {
  readonly outcome: Outcome;
  /** Why nothing was hardened, or why the pod was denied; empty otherwise. */
  readonly reason: SkipReason | DenyReason | '';
  readonly containers: number;
  readonly hardened: number;
  /** Mounts added. */
  readonly paths: number;
};

const NONE = { containers: 0, hardened: 0, paths: 0 };

export function summarise(decision: Decision): DecisionSummary {
  switch (decision.kind) {
    case 'left-alone':
    case 'denied':
      return { ...NONE, outcome: decision.kind, reason: decision.reason };
    case 'judged':
      return summariseJudged(decision);
  }
}

function summariseJudged(decision: Extract<Decision, { kind: 'judged' }>): DecisionSummary {
  let hardened = 0;
  let paths = 0;
  let reason: SkipReason | '' = '';
  for (const container of decision.containers) {
    if (container.kind === 'hardened') {
      hardened++;
      paths += container.plan.mounts.length;
    } else if (reason === '') reason = container.reason;
  }
  const containers = decision.containers.length;
  if (decision.operations.length > 0) {
    const outcome = decision.mode === 'audit' ? 'would-harden' : 'hardened';
    return { outcome, reason: '', containers, hardened, paths };
  }
  if (hardened > 0) return { outcome: 'unchanged', reason: '', containers, hardened, paths };
  return { outcome: 'left-alone', reason, containers, hardened, paths };
}
