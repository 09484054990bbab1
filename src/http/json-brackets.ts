const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in one bit, and so do `]` and `}`; no other byte is one of them without it. */
const EITHER = 0xdf;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Whether JSON nests deeper than so many arrays and objects, found before it is parsed, at the first one too many. */
export function nestsDeeper(json: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let at = 0;
  let byte = json[at++];
  while (byte !== undefined) {
    if (byte === QUOTE) at = afterString(json, at);
    else if ((byte & EITHER) === OPEN) {
      depth++;
      if (depth > maxDepth) return true;
    } else if ((byte & EITHER) === CLOSE) depth--;
    byte = json[at++];
  }
  return false;
}

/** The position after the bracket that closes the one at `open`; the length of what ends before. */
export function afterBracket(json: Uint8Array, open: number): number {
  let depth = 0;
  let at = open;
  let byte = json[at++];
  while (byte !== undefined) {
    if (byte === QUOTE) at = afterString(json, at);
    else if ((byte & EITHER) === OPEN) depth++;
    else if ((byte & EITHER) === CLOSE) {
      depth--;
      if (depth === 0) return at;
    }
    byte = json[at++];
  }
  return json.length;
}

/**
 * The position after the closing quote, or behind all that there is. No character of UTF-8 has a byte that looks like a
 * quote or a backslash.
 */
function afterString(json: Uint8Array, start: number): number {
  let at = start;
  let byte = json[at++];
  while (byte !== QUOTE && byte !== undefined) {
    if (byte === BACKSLASH) at++;
    byte = json[at++];
  }
  return at;
}
