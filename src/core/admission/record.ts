import { remembering } from '../memo.ts';
import type { ContainerDecision } from './decision.ts';

/**
 * The value of `rootlock.dev/hardened`: for each hardened container the profiles and generations it was hardened
 * by, and the paths that our volumes serve. A function of the pod as it will be, so that a second pass writes the same.
 */
export function recordOf(containers: readonly ContainerDecision[]): string | undefined {
  let record = '';
  for (const decision of containers) {
    if (decision.kind !== 'hardened') continue;
    record += `${record === '' ? '{' : ','}${quoted(decision.container.name)}:${decision.told.record}`;
  }
  return record === '' ? undefined : `${record}}`;
}

const quoted = remembering((name) => JSON.stringify(name));
