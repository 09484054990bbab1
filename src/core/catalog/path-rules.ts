import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import { blockedPath } from './blocked-paths.ts';
import { LIMITS, PROFILE_MESSAGES } from './profile-messages.ts';

export type CheckedPath =
  | { readonly kind: 'path'; readonly path: ContainerPath }
  | { readonly kind: 'malformed'; readonly message: string };

/** Checks a path as a profile writes it: absolute, clean as it stands, mountable by Kubernetes, not too long. */
export function checkPath(text: string): CheckedPath {
  if (!text.startsWith('/')) return malformed('path-relative');
  if (HARMFUL.test(text)) return malformed('path-characters');
  const tooLong = text.length > LIMITS.path || text.split('/').some((part) => part.length > LIMITS.segment);
  if (tooLong) return malformed('path-too-long');
  const path = parseContainerPath(text);
  if (path !== text) return malformed('path-unclean');
  return { kind: 'path', path };
}

/** Checks a path that a volume is to be mounted at. */
export function checkMountPath(text: string): CheckedPath {
  const checked = checkPath(text);
  if (checked.kind === 'malformed') return checked;
  const blocked = blockedPath(checked.path);
  return blocked === undefined ? checked : { kind: 'malformed', message: blocked };
}

/** `:` is refused by the API server (a volumeMount's mountPath), control characters garble what people read. */
const HARMFUL = /[:\p{Cc}]/u;

function malformed(
  message: 'path-relative' | 'path-characters' | 'path-too-long' | 'path-unclean',
): CheckedPath {
  return { kind: 'malformed', message: PROFILE_MESSAGES[message] };
}
