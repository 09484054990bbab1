import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import type { Place } from './erofs-patterns.ts';
import type { FailingCall } from './evidence.ts';
import { failingCall } from './failing-call.ts';
import { INFERRED_PATTERNS, type InferredPattern, MISSING, OTHER_REASON } from './inferred-patterns.ts';
import { bestSpan, callOf } from './named-path.ts';
import { type PathSpan, pathSpans } from './path-spans.ts';

export type InferredWrite =
  | {
      readonly kind: 'path';
      readonly path: ContainerPath;
      readonly call: FailingCall;
      readonly shape: string;
    }
  | { readonly kind: 'places'; readonly places: readonly Place[]; readonly shape: string };

/** What a line that does not say EROFS tells of a write that a read-only root made fail. */
export function inferredWrite(text: string): InferredWrite | undefined {
  for (const pattern of INFERRED_PATTERNS) {
    const match = pattern.line.exec(text);
    if (match === null || (pattern.whateverError !== true && otherReason(text, pattern))) continue;
    const found = pathOf(text, match, pattern);
    if (found !== undefined) return found;
  }
  return undefined;
}

function otherReason(text: string, { evenMissing }: InferredPattern): boolean {
  return OTHER_REASON.test(text) || (evenMissing !== true && MISSING.test(text));
}

function pathOf(text: string, match: RegExpExecArray, pattern: InferredPattern): InferredWrite | undefined {
  const start = match.index;
  const end = start + match[0].length;
  const shape = pattern.name;
  const named = match.groups?.path;
  if (named !== undefined) {
    const path = parseContainerPath(named.replace(/:.*$/s, ''));
    return path && { kind: 'path', path, call: failingCall(match[0], ''), shape };
  }
  const onSide = (span: PathSpan) =>
    (pattern.side !== 'after' && span.end <= start) || (pattern.side !== 'before' && span.start >= end);
  const span = bestSpan(text, { start, end }, pathSpans(text).filter(onSide));
  if (span !== undefined) {
    const call = callOf(span, failingCall(text.slice(0, span.start), text.slice(span.end)));
    return { kind: 'path', path: span.path, call, shape };
  }
  return pattern.implies && { kind: 'places', places: pattern.implies, shape };
}
