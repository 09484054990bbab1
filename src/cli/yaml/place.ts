import { isMap, isSeq, type Node, type Pair } from 'yaml';

/** A piece of a text to be replaced; `start === end` inserts. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Makes all edits at once; they must not overlap. Those of one place keep their order. */
export function edited(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((one, other) => one.start - other.start || one.end - other.end);
  let result = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) throw new Error(`edits overlap at offset ${edit.start}`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Characters before an offset on its line; a byte order mark is none. */
export function columnAt(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (text[start] === '\ufeff' ? 1 : 0);
}

/** The blanks that begin the line of an offset, or undefined where something else stands before it. */
export function indentBefore(text: string, offset: number): string | undefined {
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  const before = text[start - 1];
  return before === undefined || before === '\n' || (before === '\ufeff' && start === 1)
    ? text.slice(start, offset)
    : undefined;
}

/** Where the text of a node ends, trailing comments and blank lines aside. */
export function endOf(node: Node): number {
  const last = isMap(node) || isSeq(node) ? node.items.at(-1) : undefined;
  if ((isMap(node) || isSeq(node)) && node.flow) return rangeOf(node)[1];
  if (isMap(node)) return node.items.length > 0 ? endOfPair(last as Pair) : rangeOf(node)[1];
  if (isSeq(node))
    return isNode(last) ? Math.max(endOf(last), dashOf(node, node.items.length - 1) + 1) : rangeOf(node)[1];
  return rangeOf(node)[1];
}

export function endOfPair(pair: Pair): number {
  const colon = colonOf(pair);
  const value = pair.value;
  // A value that is not there is placed behind the comment that follows the colon.
  const absent = !isNode(value) || rangeOf(value)[0] === rangeOf(value)[1];
  return absent ? colon + 1 : Math.max(endOf(value), colon + 1);
}

/** The offset of a pair's colon. */
export function colonOf(pair: Pair): number {
  const token = pair.srcToken as { sep?: readonly SourceToken[] } | undefined;
  const colon = token?.sep?.find(({ type }) => type === 'map-value-ind');
  if (colon) return colon.offset;
  return isNode(pair.key) ? rangeOf(pair.key)[1] : missing('a colon');
}

/** The offset of the dash before an item of a block list. */
export function dashOf(list: Node, index: number): number {
  const token = list.srcToken as { items?: readonly { start?: readonly SourceToken[] }[] } | undefined;
  const dash = token?.items?.[index]?.start?.find(({ type }) => type === 'seq-item-ind');
  return dash ? dash.offset : missing('a dash');
}

type SourceToken = { readonly type: string; readonly offset: number };

export function rangeOf(node: Node): readonly [start: number, end: number] {
  return node.range ? [node.range[0], node.range[1]] : missing('a range');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}

function missing(what: string): never {
  throw new Error(`the parser gave ${what} no place in the text`);
}

/** Where a line inserted below the line of an offset begins; comments that go with what stands above it are passed. */
export function below(text: string, offset: number, column: number): number {
  let at = text[offset - 1] === '\n' ? offset : nextLine(text, offset);
  for (;;) {
    const comment = /^([ \t]*)#/.exec(text.slice(at, nextLine(text, at)));
    if (comment === null || (comment[1] ?? '').length < column) return at;
    at = nextLine(text, at);
  }
}

/** Where a line inserted above the line of an offset begins: before the comments directly above it. */
export function above(text: string, offset: number): number {
  let at = lineStart(text, offset);
  while (at > 0) {
    const previous = lineStart(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(previous, at))) return at;
    at = previous;
  }
  return at;
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
