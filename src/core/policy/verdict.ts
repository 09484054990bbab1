import type { Finding, FindingKey } from './rule.ts';

/** How immutable a container effectively is. */
export const VERDICTS = {
  immutable: 'its root is read-only, and nothing it is allowed to do undoes that or changes the node',
  escapable: 'its root is read-only, but what it is allowed to do undoes that or changes the node',
  writable: 'its root is writable',
} as const satisfies Record<string, string>;

export type Verdict = keyof typeof VERDICTS;

/** Findings that undo a read-only root, or change the node in spite of it. */
export const ESCAPES: ReadonlySet<FindingKey> = new Set<FindingKey>([
  'privileged',
  'capability',
  'runtime-socket',
  'host-path',
  'host-pid',
  'proc-mount',
]);

/** `rootReadOnly`: in the end, by the pod's own field or because it is being hardened; false for Windows containers. */
export function verdictFor(rootReadOnly: boolean, findings: readonly Finding[]): Verdict {
  if (!rootReadOnly) return 'writable';
  return findings.some(({ key }) => ESCAPES.has(key)) ? 'escapable' : 'immutable';
}
