import { Document, type ScalarTag } from 'yaml';
import type { Json } from '../core/json.ts';
import { folded } from './folded.ts';
import { unquoted } from './quoted.ts';
import { giveUp, isBreak, lineEnd, nextLine, type Reader } from './reader.ts';
import { PARSE_OPTIONS } from './schema.ts';

/** A scalar without quotes, which goes on over lines that are indented deeper than `indent`. */
export function plainScalar(reader: Reader, at: number, indent: number): Json {
  const { text } = reader;
  if (!beginsPlain(text, at)) giveUp();
  let line = plainLine(text, at);
  let end = line.end;
  const lines = [line.text];
  // A comment ends a scalar.
  while (!line.commented) {
    let ink = end + 1;
    while (text[ink] === ' ') ink++;
    if (ink >= text.length) break;
    if (isBreak(reader, ink)) {
      lines.push('');
      end = ink;
      continue;
    }
    if (ink - end - 1 <= indent || text[ink] === '#') break;
    line = plainLine(text, ink);
    end = line.end;
    lines.push(line.text);
  }
  nextLine(reader, end + 1);
  if (reader.column > indent) giveUp();
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 1 ? meaningOf(lines[0] ?? '') : folded(lines);
}

type PlainLine = { readonly text: string; readonly end: number; readonly commented: boolean };

function plainLine(text: string, at: number): PlainLine {
  const end = lineEnd(text, at);
  const line = text.slice(at, end);
  const comment = line.indexOf(' #');
  const value = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  if (value.includes(': ') || value.endsWith(':') || line.includes('\t')) giveUp();
  return { text: value, end, commented: comment >= 0 };
}

const INDICATORS = new Set('-?:,[]{}#&*!|>\'"%@`');

function beginsPlain(text: string, at: number): boolean {
  const first = text[at] ?? '';
  if (!INDICATORS.has(first)) return true;
  const second = text[at + 1] ?? ' ';
  return (first === '-' || first === ':') && second !== ' ' && second !== '\n';
}

/** The text that a key is, as it stands before its colon. Keys that are numbers, nulls or merges are not plain. */
export function textOfKey(key: string): string {
  const text = key.startsWith('"') || key.startsWith("'") ? unquoted(key.trimEnd()) : plainKey(key.trimEnd());
  return text === '__proto__' || text.length > LONGEST_KEY ? giveUp() : text;
}

/** YAML allows 1024 characters. */
const LONGEST_KEY = 1000;

function plainKey(key: string): string {
  if (key === '' || key === '<<' || !beginsPlain(key, 0)) giveUp();
  if (key.includes(' #') || key.includes('\t')) giveUp();
  return meaningOf(key) === key ? key : giveUp();
}

/** What a scalar without quotes means: a number, a boolean, null, or its text. */
export function meaningOf(text: string): Json {
  if (text.length > LONGEST_WORD && /^[A-Za-z]/.test(text)) return text;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  const tag = TAGS.find(({ test }) => test?.test(text));
  if (tag === undefined) return text;
  const resolved: unknown = tag.resolve?.(text, giveUp, {});
  const value =
    typeof resolved === 'object' && resolved !== null && 'value' in resolved ? resolved.value : resolved;
  const plain =
    value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';
  return plain ? value : giveUp();
}

/** `false` is the longest word that is no text. */
const LONGEST_WORD = 5;

/** The rules of the full parser themselves. */
const TAGS: readonly ScalarTag[] = (
  new Document(null, PARSE_OPTIONS).schema.tags as readonly ScalarTag[]
).filter((tag) => tag.default === true && tag.test !== undefined);
