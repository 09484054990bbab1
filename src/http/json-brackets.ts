const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** Whether JSON nests deeper than so many arrays and objects, found before it is parsed, at the first one too many. */
export function nestsDeeper(json: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let at = 0;
  while (at < json.length) {
    const byte = json[at];
    at++;
    if (byte === QUOTE) at = afterString(json, at);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
      if (depth > maxDepth) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
  }
  return false;
}

/** The position after the bracket that closes the one at `open`; the length of what ends before. */
export function afterBracket(json: Uint8Array, open: number): number {
  let depth = 0;
  let at = open;
  while (at < json.length) {
    const byte = json[at];
    at++;
    if (byte === QUOTE) at = afterString(json, at);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      if (depth === 0) return at;
    }
  }
  return json.length;
}

/** The position after the closing quote. No character of UTF-8 has a byte that looks like a quote or a backslash. */
function afterString(json: Uint8Array, start: number): number {
  let at = start;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
