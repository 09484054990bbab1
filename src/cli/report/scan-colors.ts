import type { Severity } from '../../core/policy/rule.ts';
import type { Verdict } from '../../core/policy/verdict.ts';

/** The same in a report on manifests and in one on what runs. */
export const VERDICT_COLORS = {
  immutable: 'green',
  escapable: 'yellow',
  writable: 'red',
} as const satisfies Record<Verdict, string>;
export const SEVERITY_COLORS = { high: 'red', medium: 'yellow', low: 'dim' } as const satisfies Record<
  Severity,
  string
>;
