import type { ContainerPath } from '../container-path.ts';
import type { TroubleCause } from './evidence.ts';
import { bestSpan } from './named-path.ts';
import { pathSpans } from './path-spans.ts';
import { TROUBLE_PATTERNS } from './trouble-patterns.ts';

export type Trouble = { readonly cause: TroubleCause; readonly path?: ContainerPath; readonly shape: string };

/** What a line tells of breakage that an emptyDir causes. Whether it does depends on the path being in one of ours. */
export function mountTrouble(text: string): Trouble | undefined {
  for (const { line, cause, name: shape, needsPath, implies } of TROUBLE_PATTERNS) {
    const match = line.exec(text);
    if (match === null) continue;
    const error = { start: match.index, end: match.index + match[0].length };
    const path = implies ?? bestSpan(text, error, pathSpans(text))?.path;
    if (path !== undefined) return { cause, path, shape };
    if (needsPath !== true) return { cause, shape };
  }
  return undefined;
}
