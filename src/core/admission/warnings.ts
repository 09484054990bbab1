import type { Finding } from '../policy/rule.ts';
import type { ContainerDecision, Decision } from './decision.ts';
import { SKIP_REASONS } from './decision.ts';

/** kubectl shows each on a line of its own; the API server cuts longer ones (AdmissionResponse.warnings). */
const MAX_LENGTH = 256;
const MAX_COUNT = 16;

/** What was done, what was not and why, and what still breaks immutability: sentences for whoever made the pod. */
export function warningsFor(decision: Decision): string[] {
  return sentencesFor(decision)
    .map((sentence) => cut(`rootlock: ${sentence}`))
    .slice(0, MAX_COUNT);
}

function sentencesFor(decision: Decision): string[] {
  switch (decision.kind) {
    case 'left-alone':
      return decision.reason === 'not-opted-in' ? [] : [notHardened('pod', decision)];
    case 'denied':
      return decision.findings.filter(worthAWarning).map(findingSentence);
    case 'judged':
      return [
        ...decision.notes,
        ...decision.findings.filter(worthAWarning).map(findingSentence),
        ...decision.containers.map((container) => containerSentence(container, decision.mode)),
      ];
  }
}

/**
 * A root that stays writable is told with its reason, as a container that is not hardened; what is missing and harms
 * nothing by itself is for `rootlock scan`. That a pod's own wish was overridden, its author has to know.
 */
function worthAWarning({ key, severity }: Finding): boolean {
  return key === 'explicit-false' || (key !== 'writable-root' && severity !== 'low');
}

function findingSentence({ container, message }: Finding): string {
  return `${container}: ${message}`;
}

function containerSentence(decision: ContainerDecision, mode: 'audit' | 'enforce'): string {
  const { name } = decision.container;
  if (decision.kind === 'left-alone') return notHardened(name, decision);
  const { profiles, mounts } = decision.told;
  const by = profiles.join(', ') || 'no profile';
  const there = decision.container.security.readOnlyRootFilesystem === true;
  const has = there ? 'has a' : mode === 'audit' ? 'enforce would give it a' : 'given a';
  return `${name}: ${has} read-only root${mounts ? `, with volumes at ${mounts}` : ''} (${by})`;
}

function notHardened(
  name: string,
  { reason, because }: { reason: keyof typeof SKIP_REASONS; because: string },
): string {
  return `${name}: not hardened: ${SKIP_REASONS[reason]}${because ? ` (${because})` : ''}`;
}

function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
}
