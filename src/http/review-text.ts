const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** As the API server writes it. Within a string the second quote would be escaped, so this is never part of one. */
const MANAGED_FIELDS = '"managedFields":[';

/**
 * The JSON text of a body without the entries of its first `managedFields`: a third of the cost of parsing a usual
 * review, and nothing that decisions are made from. Undefined where it nests deeper than `maxDepth` arrays and
 * objects, which stops at the first bracket too many, before anything is parsed; brackets within strings do not
 * count. What is no JSON gets any answer.
 */
export function reviewText(body: Buffer, maxDepth: number): string | undefined {
  const key = body.indexOf(MANAGED_FIELDS);
  const fields = key === -1 ? body.length : key + MANAGED_FIELDS.length - 1;
  const before = scan(body, { from: 0, to: fields, depth: 0, maxDepth });
  if (!before) return undefined;
  const within = scan(body, { ...before, to: body.length, maxDepth, until: before.depth });
  if (!within) return undefined;
  const after = scan(body, { ...within, to: body.length, maxDepth });
  if (!after) return undefined;
  if (key === -1) return body.toString();
  return body.toString('utf8', 0, fields + 1) + body.toString('utf8', within.from - 1);
}

type Stretch = {
  readonly from: number;
  readonly to: number;
  /** At `from`. */
  readonly depth: number;
  readonly maxDepth: number;
  /** Ends the stretch after the bracket that closes back to this depth. */
  readonly until?: number;
};

/** Where a stretch ends, and how deep; undefined where it is too deep. */
function scan(json: Uint8Array, { from, to, depth, maxDepth, until = -1 }: Stretch) {
  let now = depth;
  let at = from;
  while (at < to) {
    const byte = json[at];
    at++;
    if (byte === QUOTE) at = afterString(json, at);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      now++;
      if (now > maxDepth) return undefined;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      now--;
      if (now === until) break;
    }
  }
  return { from: at, depth: now };
}

/** The position after the closing quote. No character of UTF-8 has a byte that looks like a quote or a backslash. */
function afterString(json: Uint8Array, start: number): number {
  let at = start;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
