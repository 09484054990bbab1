import { isAscii } from 'node:buffer';
import { afterBracket } from './json-brackets.ts';

/** The objects and lists of a review that no decision is made from, and no operation is sent about. */
const NAMES = [
  ...['kind', 'requestKind', 'requestResource', 'userInfo', 'options', 'status', 'managedFields', 'labels'],
  ...['affinity', 'tolerations', 'topologySpreadConstraints'],
  // Volumes: their kinds are read, and nothing else of these.
  ...['configMap', 'downwardAPI', 'projected', 'secret'],
  ...['args', 'lifecycle', 'livenessProbe', 'ports', 'readinessProbe', 'startupProbe', 'valueFrom'],
];

/**
 * As the API server writes them. Within a string the quotes would be escaped, so that none of these is ever part of one.
 */
const UNREAD = {
  'with-env': unread(NAMES),
  'without-env': unread([...NAMES, 'env']),
} as const;

function unread(names: readonly string[]): RegExp {
  return new RegExp(`"(?:${names.join('|')})":[{[]`, 'g');
}

/**
 * The JSON text of a body, with nothing in what is not read: in a usual review that is two thirds of it, and parsing is
 * most of what a review costs. What is no JSON gets any answer.
 */
export function reviewText(body: Buffer, env: keyof typeof UNREAD): string {
  const pattern = UNREAD[env];
  // One character for each byte, so that places in the text are places in the body.
  const bytes = body.toString('latin1');
  let text = '';
  let next = 0;
  pattern.lastIndex = 0;
  while (pattern.test(bytes)) {
    const inside = pattern.lastIndex;
    text += bytes.slice(next, inside);
    next = afterBracket(body, inside - 1) - 1;
    pattern.lastIndex = next;
  }
  text += bytes.slice(next);
  return isAscii(body) ? text : Buffer.from(text, 'latin1').toString();
}
