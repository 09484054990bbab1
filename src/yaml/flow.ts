import type { Json } from '../core/json.ts';
import { meaningOf, textOfKey } from './plain-scalar.ts';
import { quotedEnd, quotedScalar } from './quoted.ts';
import { giveUp, inkAfter, nested, placesFor, type Reader } from './reader.ts';

type Found = { readonly json: Json; readonly end: number };

/** A value within brackets, all of JSON among them; its lines are indented deeper than `indent`. */
export function flowValue(reader: Reader, at: number, indent: number): Found {
  switch (reader.text[at]) {
    case '{':
      return nested(reader, () => flowMap(reader, at, indent));
    case '[':
      return nested(reader, () => flowList(reader, at, indent));
    case '"':
    case "'": {
      const { value, end } = quotedScalar(reader, at, indent);
      return { json: value, end };
    }
    default: {
      const end = plainEnd(reader.text, at);
      return { json: meaningOf(reader.text.slice(at, end)), end };
    }
  }
}

function flowMap(reader: Reader, open: number, indent: number): Found {
  const { text } = reader;
  // A template's placeholder, which is nobody's map.
  if (text[open + 1] === '{') giveUp();
  const object: Record<string, Json> = {};
  const places = placesFor(reader, object);
  let at = ink(reader, open + 1, indent);
  if (text[at] === '}') return { json: object, end: at + 1 };
  for (;;) {
    const quoted = text[at] === '"' || text[at] === "'";
    const keyEnd = quoted ? quotedEnd(text, at) : plainEnd(text, at);
    const raw = text.slice(at, keyEnd);
    if (raw.includes('\n')) giveUp();
    const key = textOfKey(raw);
    if (Object.hasOwn(object, key)) giveUp();
    const colon = inkAfter(reader, keyEnd);
    if (text[colon] !== ':' || (!quoted && !/\s/.test(text[colon + 1] ?? ''))) giveUp();
    const value = flowValue(reader, ink(reader, colon + 1, indent), indent);
    object[key] = value.json;
    if (places) places[key] = at;
    at = ink(reader, value.end, indent);
    if (text[at] === '}') return { json: object, end: at + 1 };
    if (text[at] !== ',') giveUp();
    at = ink(reader, at + 1, indent);
  }
}

function flowList(reader: Reader, open: number, indent: number): Found {
  const { text } = reader;
  const items: Json[] = [];
  const places = placesFor(reader, items);
  let at = ink(reader, open + 1, indent);
  if (text[at] === ']') return { json: items, end: at + 1 };
  for (;;) {
    if (places) places[items.length] = at;
    const item = flowValue(reader, at, indent);
    items.push(item.json);
    at = ink(reader, item.end, indent);
    if (text[at] === ']') return { json: items, end: at + 1 };
    if (text[at] !== ',') giveUp();
    at = ink(reader, at + 1, indent);
  }
}

/** The next ink within brackets, over line ends; comments there are not plain. */
function ink(reader: Reader, from: number, indent: number): number {
  const { text } = reader;
  let at = inkAfter(reader, from);
  while (text[at] === '\n') {
    const start = at + 1;
    at = inkAfter(reader, start);
    if (text[at] !== '\n' && at - start <= indent) giveUp();
  }
  return text[at] === '#' || at >= text.length ? giveUp() : at;
}

/** Words of letters, digits and signs that mean nothing to YAML; a single space may stand between two. */
const PLAIN =
  /[A-Za-z0-9_./$+^-](?:[A-Za-z0-9_./$+^*@~()<>=%-]|:(?=[A-Za-z0-9_./-])| (?=[A-Za-z0-9_./$(<>=]))*/y;

function plainEnd(text: string, at: number): number {
  PLAIN.lastIndex = at;
  if (!PLAIN.test(text)) return giveUp();
  return text[at] === '-' && !/[\w./$-]/.test(text[at + 1] ?? '') ? giveUp() : PLAIN.lastIndex;
}
