import { afterBracket } from './json-brackets.ts';

/**
 * The objects and lists of a review that no decision is made from, and no operation is sent about, as the API server
 * writes them. Within a string the quotes would be escaped, so that none of these is ever part of one.
 */
const UNREAD =
  /"(?:managedFields|userInfo|options|status|affinity|tolerations|topologySpreadConstraints|args|ports|valueFrom|livenessProbe|readinessProbe|startupProbe|lifecycle)":[{[]/g;

/**
 * The JSON text of a body, with nothing in what is not read: in a usual review that is half of it, and parsing is most
 * of what a review costs. The body itself is cut, so it is not to be used again. What is no JSON gets any answer.
 */
export function reviewText(body: Buffer): string {
  // One character for each byte, so that places in the text are places in the body.
  const bytes = body.toString('latin1');
  let kept = 0;
  let next = 0;
  UNREAD.lastIndex = 0;
  while (UNREAD.test(bytes)) {
    const inside = UNREAD.lastIndex;
    body.copyWithin(kept, next, inside);
    kept += inside - next;
    next = afterBracket(body, inside - 1) - 1;
    UNREAD.lastIndex = next;
  }
  body.copyWithin(kept, next);
  return body.toString('utf8', 0, kept + body.length - next);
}
