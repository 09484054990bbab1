import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import { unescaped } from './unescape.ts';

/** One line of text as the program meant it. */
export type LogLine = {
  readonly text: string;
  /** Lines of one structured entry (a JSON object, a field with line breaks) share it. */
  readonly entry: number;
};

/** Longer lines are cut around what is looked for; longer JSON is read as text. */
const LONGEST_JSON = 65_536;
const MOST_FIELDS = 64;
const DEEPEST = 4;

/**
 * The lines of a container's log without what runtimes and log drivers put in front of them; lines that were
 * wrapped or split are whole again, and each field of a JSON line is a line of its own (`field: value`).
 */
export function logLines(text: string): LogLine[] {
  const lines: LogLine[] = [];
  for (const [entry, line] of joined(physicalLines(text)).entries()) {
    for (const part of fieldsOf(line)) lines.push({ text: part, entry });
  }
  return lines;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are control characters (ECMA-48).
const COLOURS = /(?:\x1b|#033|\^\[)(?:\[[0-9;?]{0,32}[A-Za-z]|\][^\x07\x1b]{0,256}(?:\x07|\x1b\\))/g;
// The kubelet's answer for a container that is gone; it ends without a line break, glued to what follows.
const RETRIEVAL_NOTICE = /unable to retrieve container logs for [a-z-]+:\/\/[0-9a-f]{64}/g;

function physicalLines(text: string): string[] {
  return text
    .replaceAll(RETRIEVAL_NOTICE, '\n')
    .replaceAll(COLOURS, '')
    .split(/\r\n|\n|\r/);
}

/** What stands before a line: CRI and kubectl timestamps and streams, `kubectl --prefix`, compose, foreman, box drawing. */
const LEAD =
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]{0,10}(?:Z|[+-]\d\d:\d\d) |(?:stdout|stderr) [FP] |\[pod\/[\w./-]{1,300}\] |\d\d:\d\d:\d\d [\w.-]{1,64} +\| ?|[\w.-]{1,128} +\| |[│|] {1,4})/;
const PARTIAL = /^\S{20,40} (?:stdout|stderr) P /;

function withoutLead(line: string): string {
  let rest = line;
  for (let times = 0; times < 3; times += 1) {
    const lead = LEAD.exec(rest);
    if (lead === null) break;
    rest = rest.slice(lead[0].length);
  }
  return rest.replace(/ +│$/, '');
}

function joined(raw: readonly string[]): string[] {
  const lines: string[] = [];
  let isPartial = false;
  for (const line of raw) {
    const text = withoutLead(line);
    const last = lines.pop();
    if (last !== undefined)
      lines.push(...(last.length < LONGEST_JSON ? glued(last, text, isPartial) : [last, text]));
    else lines.push(text);
    isPartial = PARTIAL.test(line);
  }
  return lines;
}

function glued(line: string, next: string, isPartial: boolean): string[] {
  if (isPartial) return [`${line}${next}`];
  const glue = wrapGlue(line, next);
  return glue === undefined ? [line, next] : [`${line}${glue}${next.trimStart()}`];
}

/** What a wrapped line was cut at: a space between the words for EROFS, nothing within a quoted path. */
function wrapGlue(line: string, next: string): string | undefined {
  const end = line.slice(-300);
  if (/read-?only(?: file)?$/i.test(end) && /^\s*(?:file ?)?system/i.test(next)) return ' ';
  if (/read-$/i.test(end) && /^\s*only file/i.test(next)) return '';
  if (/['"‘“]\/[^\s'"’”]*$/.test(end) && /^[^\s'"‘“’”]{1,200}['"’”]/.test(next)) return '';
  if (line.length >= 72 && /[\s:]\/[\w./@%+-]+$/.test(end) && REST_OF_PATH.test(next)) return '';
  return undefined;
}

/** A slash or an extension tells that a path goes on; `java.io.IOException: ` is no path. */
const REST_OF_PATH =
  /^(?:[\w.@%+-]{1,100}\/[\w./@%+-]{1,200}|[\w.@%+-]{0,100}\.[a-z\d]{1,8}): [Rr]ead-only file/;

function fieldsOf(line: string): string[] {
  const open = line.indexOf('{');
  if (open !== -1 && open < 300 && line.length <= LONGEST_JSON && line.trimEnd().endsWith('}')) {
    const value = parseObject(line.slice(open));
    const lead = line.slice(0, open);
    if (value !== undefined) return [...(lead === '' ? [] : unescaped(lead)), ...leaves(value)];
  }
  return unescaped(line);
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Each text or number of a JSON value as `field: value`; texts that are logs themselves are read on. */
function leaves(value: Json): string[] {
  const found: string[] = [];
  collect('', value, DEEPEST, found);
  return found.slice(0, MOST_FIELDS * 4);
}

function collect(key: string, value: Json | undefined, depth: number, found: string[]): void {
  if (found.length >= MOST_FIELDS || depth < 0) return;
  if (typeof value === 'string') {
    const [first = '', ...more] = value
      .split(/\r\n|\n|\r/)
      .flatMap((line) => fieldsOf(withoutLead(line.replaceAll(COLOURS, ''))));
    found.push(key === '' || MESSAGE.test(key) ? first : `${key}: ${first}`, ...more);
  } else if (typeof value === 'number') {
    found.push(`${key}: ${value}`);
  } else if (isArray(value)) {
    for (const item of value) collect(key, item, depth - 1, found);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (name === 'body' && typeof item === 'string' && !isWholeEntry(value, depth)) {
        for (const line of item.split('\n')) found.push(`payload: ${line}`);
      } else collect(name, item, depth - 1, found);
    }
  }
}

/** The `body` of an entry of OpenTelemetry is the line itself; beside a message, or within a field, it is what was sent. */
function isWholeEntry(entry: JsonObject, depth: number): boolean {
  return depth === DEEPEST && !Object.keys(entry).some((name) => name !== 'body' && MESSAGE.test(name));
}

/** Fields that hold the line itself. */
const MESSAGE = /^(?:msg|message|log|body|text|event|@?message|short_message|full_message)$/i;
