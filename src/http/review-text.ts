import { isAscii } from 'node:buffer';
import { afterBracket } from './json-brackets.ts';

/** The objects and lists of a review that no decision is made from, and no operation is sent about. */
const UNREAD = [
  ...['kind', 'requestKind', 'requestResource', 'userInfo', 'options', 'status', 'managedFields', 'labels'],
  ...['affinity', 'tolerations', 'topologySpreadConstraints', 'ownerReferences'],
  ...['args', 'lifecycle', 'livenessProbe', 'ports', 'readinessProbe', 'startupProbe', 'valueFrom'],
];

/** Volumes: their kinds are read, and nothing else of these. */
const UNREAD_SOURCES = ['configMap', 'downwardAPI', 'projected', 'secret'];

/**
 * As the API server writes them. Within a string the quotes would be escaped, so that none of these is ever part of one.
 * Of what is in a volume, the first quote is part of the match, which tells it from the others.
 */
const OPENINGS = {
  'with-env': openings(UNREAD),
  'without-env': openings([...UNREAD, 'env']),
} as const;

function openings(unread: readonly string[]): RegExp {
  return new RegExp(`"(?:(?:${unread.join('|')})":[{[]|(?:${UNREAD_SOURCES.join('|')})":\\{")`, 'g');
}

const QUOTE = 0x22;
const COMMA = 0x2c;

/**
 * The JSON text of a body without what is not read: in a usual review that is three quarters of it, and parsing is most
 * of what a review costs. Each is left out with its name, where another follows it; else its value is left empty. What
 * is no JSON gets any answer.
 */
export function reviewText(body: Buffer, env: keyof typeof OPENINGS): string {
  const pattern = OPENINGS[env];
  // One character for each byte, so that places in the text are places in the body.
  const bytes = body.toString('latin1');
  let text = '';
  let next = 0;
  pattern.lastIndex = 0;
  while (pattern.test(bytes)) {
    const last = pattern.lastIndex - 1;
    const isSource = body[last] === QUOTE;
    const open = isSource ? last - 1 : last;
    const end = afterBracket(body, open);
    if (isSource || body[end] !== COMMA) {
      text += bytes.slice(next, open + 1);
      next = end - 1;
    } else {
      text += bytes.slice(next, startOfName(bytes, open));
      next = end + 1;
    }
    pattern.lastIndex = next;
  }
  text += bytes.slice(next);
  return isAscii(body) ? text : Buffer.from(text, 'latin1').toString();
}

/** Where its first quote is: the last one before `":`. */
function startOfName(bytes: string, open: number): number {
  return bytes.lastIndexOf('"', open - 3);
}
