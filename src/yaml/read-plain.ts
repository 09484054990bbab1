import type { Json } from '../core/json.ts';
import { blockScalar } from './block-scalar.ts';
import { flowValue } from './flow.ts';
import { plainScalar, textOfKey } from './plain-scalar.ts';
import { quotedEnd } from './quoted.ts';
import {
  createReader,
  endLine,
  giveUp,
  inkAfter,
  isBreak,
  isIndicator,
  lineEnd,
  NotPlain,
  nested,
  nextLine,
  type Places,
  placesFor,
  type Reader,
  type ReadOptions,
} from './reader.ts';

export type PlainDocument =
  | { readonly kind: 'blank' }
  /** `start` is the offset of the first key, item or bracket. */
  | { readonly kind: 'value'; readonly json: Json; readonly start: number }
  /** Perhaps sound, perhaps not: the full parser has to say. */
  | { readonly kind: 'not-plain' };

/**
 * Reads one document of the plain YAML that nearly all manifests are written in, many times as fast as the full parser,
 * which makes a tree of every blank. It knows maps and lists in blocks and in brackets, quoted, plain and block scalars,
 * and comments. Of anchors, tags, tabs, merges, duplicate keys, odd indentation and whatever else it does not know for
 * sure it says `not-plain`: what it does read is, to the value, what the full parser reads.
 */
export function readPlain(text: string, options: ReadOptions = {}): PlainDocument {
  try {
    return text.includes('\r\n') ? windowsDocument(text, options) : documentOf(createReader(text, options));
  } catch (error) {
    if (error instanceof NotPlain) return { kind: 'not-plain' };
    throw error;
  }
}

/** A value, and where its parts stand. */
export type PlacedValue = { readonly json: Json; readonly start: number; readonly places: Places };

/** Reads it once more, for the places; undefined where only the full parser can tell them. */
export function readPlaces(text: string): PlacedValue | undefined {
  if (text.includes('\r\n')) return undefined;
  const places: Places = new Map();
  const read = readPlain(text, { places, loose: true });
  return read.kind === 'value' ? { json: read.json, start: read.start, places } : undefined;
}

/** Line ends of Windows are line ends, in scalars as well. */
function windowsDocument(text: string, options: ReadOptions): PlainDocument {
  if (/(?<!\r)\n/.test(text)) giveUp();
  const lines = text.replaceAll('\r\n', '\n');
  const document = documentOf(createReader(lines, options));
  if (document.kind !== 'value') return document;
  const above = lines.slice(0, document.start).split('\n').length - 1;
  return { ...document, start: document.start + above };
}

function documentOf(reader: Reader): PlainDocument {
  const { text } = reader;
  if (/[\r\ufeff]|^\.\.\./m.test(text)) giveUp();
  if (text.startsWith('---')) endLine(reader, 3, -1);
  else nextLine(reader, 0);
  if (reader.column < 0) return { kind: 'blank' };
  const start = reader.at;
  const json = rootValue(reader);
  if (reader.column >= 0) giveUp();
  return { kind: 'value', json, start };
}

/** Alone in a document stand only maps, lists and what is in brackets. */
function rootValue(reader: Reader): Json {
  const first = reader.text[reader.at];
  return first === '{' || first === '[' ? valueAt(reader, reader.at, -1) : blockValue(reader);
}

/** The map or list that begins where the reader stands. */
function blockValue(reader: Reader): Json {
  if (isIndicator(reader, reader.at, '-')) return list(reader, reader.column);
  const colon = colonAt(reader, reader.at);
  return colon < 0 ? giveUp() : map(reader, reader.column, colon);
}

function map(reader: Reader, column: number, firstColon: number): Json {
  return nested(reader, () => {
    const object: Record<string, Json> = {};
    const places = placesFor(reader, object);
    let colon = firstColon;
    do {
      const key = textOfKey(reader.text.slice(reader.at, colon));
      if (Object.hasOwn(object, key)) giveUp();
      if (places) places[key] = reader.at;
      object[key] = valueOfKey(reader, colon, column);
      if (reader.column !== column) break;
      colon = colonAt(reader, reader.at);
    } while (colon >= 0);
    if (reader.column >= column) giveUp();
    return object;
  });
}

function list(reader: Reader, column: number): Json {
  return nested(reader, () => {
    const items: Json[] = [];
    const places = placesFor(reader, items);
    while (reader.column === column && isIndicator(reader, reader.at, '-')) {
      const at = inkAfter(reader, reader.at + 1);
      if (places) places[items.length] = at;
      if (endsBefore(reader, at)) {
        const dash = reader.at;
        endLine(reader, dash + 1, Number.POSITIVE_INFINITY);
        if (places && reader.column > column) places[items.length] = reader.at;
        items.push(reader.column > column ? valueBelow(reader, dash, column) : null);
      } else items.push(item(reader, at, column));
    }
    if (reader.column > column) giveUp();
    return items;
  });
}

/** An item that begins behind its dash. */
function item(reader: Reader, at: number, column: number): Json {
  const isList = isIndicator(reader, at, '-');
  const colon = isList ? -1 : colonAt(reader, at);
  if (!isList && colon < 0) return valueAt(reader, at, column);
  reader.column += at - reader.at;
  reader.at = at;
  return isList ? list(reader, reader.column) : map(reader, reader.column, colon);
}

/** What follows a colon; `column` is that of the key, and a list may begin right below it. */
function valueOfKey(reader: Reader, colon: number, column: number): Json {
  const at = inkAfter(reader, colon + 1);
  if (!endsBefore(reader, at)) return valueAt(reader, at, column);
  endLine(reader, colon + 1, Number.POSITIVE_INFINITY);
  if (reader.column === column && isIndicator(reader, reader.at, '-')) return list(reader, column);
  return reader.column > column ? valueBelow(reader, colon, column) : null;
}

/** Whether nothing, or a comment, stands between an offset and the end of its line. */
function endsBefore(reader: Reader, at: number): boolean {
  return isBreak(reader, at) || reader.text[at] === '#';
}

/** A value that begins where the reader stands, on a line of its own below its key or dash. */
function valueBelow(reader: Reader, indicator: number, indent: number): Json {
  if (isIndicator(reader, reader.at, '-') || colonAt(reader, reader.at) >= 0) return blockValue(reader);
  const nextToIt = lineEnd(reader.text, indicator) + 1 + reader.column === reader.at;
  return nextToIt ? valueAt(reader, reader.at, indent) : giveUp();
}

/** A scalar, or what is in brackets, at an offset of the reader's line. */
function valueAt(reader: Reader, at: number, indent: number): Json {
  switch (reader.text[at]) {
    case '|':
    case '>':
      return blockScalar(reader, at, indent);
    case '"':
    case "'":
    case '{':
    case '[': {
      const { json, end } = flowValue(reader, at, indent);
      endLine(reader, end, indent);
      return json;
    }
    default:
      return plainScalar(reader, at, indent);
  }
}

/** The colon behind the key that begins at an offset; -1 where none begins there. */
function colonAt(reader: Reader, at: number): number {
  const { text } = reader;
  const first = text[at];
  if (first === '{' || first === '[') return -1;
  const end = lineEnd(text, at);
  let from = first === '"' || first === "'" ? quotedEnd(text, at) : at;
  while (from < end) {
    const colon = text.slice(from, end).indexOf(':');
    if (colon < 0) return -1;
    if (isIndicator(reader, from + colon, ':')) return from + colon;
    from += colon + 1;
  }
  return -1;
}
