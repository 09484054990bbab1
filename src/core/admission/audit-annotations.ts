import type { ContainerDecision, Decision } from './decision.ts';

/** What the API server's audit log keeps of a decision; it puts the webhook's name before each key. */
export function auditAnnotationsFor(decision: Decision): Record<string, string> {
  switch (decision.kind) {
    case 'left-alone':
    case 'denied':
      return { decision: decision.kind, reason: decision.reason };
    case 'judged':
      return {
        decision: decision.mode === 'audit' ? 'audited' : outcomeOf(decision.containers),
        containers: decision.containers.map(containerNote).join('; '),
        ...(decision.findings.length > 0 && {
          findings: decision.findings.map(({ container, key }) => `${container}=${key}`).join('; '),
        }),
      };
  }
}

function outcomeOf(containers: readonly ContainerDecision[]): string {
  return containers.some(({ kind }) => kind === 'hardened') ? 'hardened' : 'left-alone';
}

function containerNote(decision: ContainerDecision): string {
  const { name } = decision.container;
  if (decision.kind === 'left-alone') return `${name}=${decision.reason}`;
  return `${name}=hardened ${decision.told.profiles.join(',')}`.trimEnd();
}
