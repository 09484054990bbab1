import type { Json } from '../core/json.ts';

/** Where a reading of a text is: at the first ink of a line, or of what is nested in one. */
export type Reader = {
  readonly text: string;
  at: number;
  /** -1 at the end of the text. */
  column: number;
  depth: number;
  /** Filled where it is there. */
  readonly places: Places | undefined;
  /** Texts in quotes may go on at any indentation, which Go's parser takes and YAML forbids. */
  readonly loose: boolean;
};

export type ReadOptions = { readonly places?: Places; readonly loose?: true };

/** Where the keys of each map, and the items of each list, begin in the text. */
export type Places = Map<Json, Record<string, number>>;

/** Where the parts of a value are to be noted; nowhere when nobody asks. */
export function placesFor({ places }: Reader, value: Json): Record<string, number> | undefined {
  if (places === undefined) return undefined;
  const parts: Record<string, number> = {};
  places.set(value, parts);
  return parts;
}

/** What leaves a reading, from any depth, where it is not sure. It says nothing more: the full parser does. */
export class NotPlain extends Error {}

const NOT_PLAIN = new NotPlain();

export function giveUp(): never {
  throw NOT_PLAIN;
}

export function createReader(text: string, options: ReadOptions): Reader {
  return { text, at: 0, column: 0, depth: 0, places: options.places, loose: options.loose === true };
}

const TAB = 9;
const BREAK = 10;
const SPACE = 32;
const HASH = 35;

/** Goes to the first line with ink, comments aside, from the start of a line on. */
export function nextLine(reader: Reader, from: number): void {
  const { text } = reader;
  let start = from;
  while (start < text.length) {
    let at = start;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    if (code === TAB) giveUp();
    if (code === HASH) start = lineEnd(text, at) + 1;
    else if (code === BREAK) start = at + 1;
    else if (at >= text.length) break;
    else {
      reader.at = at;
      reader.column = at - start;
      return;
    }
  }
  reader.at = text.length;
  reader.column = -1;
}

/**
 * Goes on from the end of a value: nothing but a comment may follow on its line, and nothing that is indented deeper
 * than `indent` below it.
 */
export function endLine(reader: Reader, from: number, indent: number): void {
  const at = inkAfter(reader, from);
  const comment = reader.text.charCodeAt(at) === HASH && at > from;
  if (!comment && !isBreak(reader, at)) giveUp();
  nextLine(reader, lineEnd(reader.text, at) + 1);
  if (indent >= 0 && reader.column > indent) giveUp();
}

/** The first offset that is no space. */
export function inkAfter({ text }: Reader, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  if (text.charCodeAt(at) === TAB) giveUp();
  return at;
}

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Whether a line or the text ends at an offset. */
export function isBreak({ text }: Reader, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) === BREAK;
}

/** Whether `-`, `:` or the like stands at an offset, and a blank behind it, without which it is part of a text. */
export function isIndicator(reader: Reader, at: number, sign: string): boolean {
  if (reader.text[at] !== sign) return false;
  if (reader.text.charCodeAt(at + 1) === TAB) giveUp();
  return reader.text.charCodeAt(at + 1) === SPACE || isBreak(reader, at + 1);
}

/** Deeper than any manifest goes, the full parser may see how far the stack does. */
const DEEPEST = 200;

export function nested<T>(reader: Reader, read: () => T): T {
  reader.depth++;
  if (reader.depth > DEEPEST) giveUp();
  const value = read();
  reader.depth--;
  return value;
}
