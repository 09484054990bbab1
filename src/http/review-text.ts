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
 */
const OPENINGS = {
  'with-env': openings([...UNREAD, ...UNREAD_SOURCES]),
  'without-env': openings([...UNREAD, ...UNREAD_SOURCES, 'env']),
} as const;

function openings(names: readonly string[]): RegExp {
  return new RegExp(`"(?:${names.join('|')})":[{[]`, 'g');
}

/** Characters between a name and the inside of its value: `":{`. */
const BEHIND_NAME = 3;

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
    const inside = pattern.lastIndex;
    const end = afterBracket(body, inside - 1);
    const start = bytes.lastIndexOf('"', inside - BEHIND_NAME - 1);
    if (body[end] === COMMA && !isSource(bytes, start)) {
      text += bytes.slice(next, start);
      next = end + 1;
    } else {
      text += bytes.slice(next, inside);
      next = end - 1;
    }
    pattern.lastIndex = next;
  }
  text += bytes.slice(next);
  return isAscii(body) ? text : Buffer.from(text, 'latin1').toString();
}

const QUOTED_SOURCES = UNREAD_SOURCES.map((name) => `"${name}"`);

function isSource(bytes: string, start: number): boolean {
  for (const source of QUOTED_SOURCES) if (bytes.startsWith(source, start)) return true;
  return false;
}
