import { isArray, isObject, type Json } from '../../core/json.ts';

/** How a document is laid out, so that what is added looks like what is there. */
export type Layout = {
  readonly newline: '\n' | '\r\n';
  /** Spaces per level. */
  readonly indent: number;
  /** Whether `- ` stands deeper than the key of its list. */
  readonly indentedLists: boolean;
  /** JSON: quoted keys and texts. */
  readonly json: boolean;
  /** JSON: laid out over lines, not all on one. */
  readonly jsonOverLines: boolean;
  /** JSON: one level of indentation, spaces or a tab. */
  readonly jsonIndent: string;
  /** JSON: whether a space follows a colon. */
  readonly jsonSpaced: boolean;
};

/** A value as YAML block lines, the first at column 0. */
export function blockLines(value: Json, layout: Layout): string[] {
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return ['{}'];
    return entries.flatMap(([key, each]) => entryLines(key, each ?? null, layout));
  }
  if (!isArray(value)) return scalarLines(value);
  return value.length === 0 ? ['[]'] : value.flatMap((each) => itemLines(each, layout));
}

/** `key: value`, over as many lines as it takes. */
export function entryLines(key: string, value: Json, layout: Layout): string[] {
  const [first = '', ...rest] = valueLines(value, layout);
  return [`${scalarText(key)}:${first === '' ? '' : ` ${first}`}`, ...rest];
}

/** What stands after a `key:`: the first line beside it, the others below it, indented as from the key. */
export function valueLines(value: Json, layout: Layout): string[] {
  const lines = blockLines(value, layout);
  if (lines.length === 1 && !isFilled(value)) return lines;
  if (!isFilled(value)) return [lines[0] ?? '', ...indented(lines.slice(1), layout.indent)];
  const depth = isArray(value) && !layout.indentedLists ? 0 : layout.indent;
  return ['', ...indented(lines, depth)];
}

/** `- value`, over as many lines as it takes. */
export function itemLines(value: Json, layout: Layout): string[] {
  const [first = '', ...rest] = blockLines(value, layout);
  return [`- ${first}`, ...indented(rest, 2)];
}

export function indented(lines: readonly string[], columns: number): string[] {
  const indent = ' '.repeat(columns);
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`));
}

/** A value on one line, for a place within `{}` or `[]`. */
export function flowText(value: Json, layout: Layout): string {
  const comma = layout.json && !layout.jsonSpaced ? ',' : ', ';
  if (isArray(value)) return `[${value.map((each) => flowText(each, layout)).join(comma)}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => flowEntry(key, each ?? null, layout));
    return `{${entries.join(comma)}}`;
  }
  return layout.json ? JSON.stringify(value) : scalarText(value);
}

export function flowEntry(key: string, value: Json, layout: Layout): string {
  const colon = layout.json && !layout.jsonSpaced ? ':' : ': ';
  return `${layout.json ? JSON.stringify(key) : scalarText(key)}${colon}${flowText(value, layout)}`;
}

function isFilled(value: Json): boolean {
  return isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

function scalarLines(value: string | number | boolean | null): string[] {
  if (typeof value !== 'string' || !isBlockText(value)) return [scalarText(value)];
  const lines = value.split('\n');
  const ended = lines.at(-1) === '';
  return ended ? ['|', ...lines.slice(0, -1)] : ['|-', ...lines];
}

/** Several lines that a literal block (`|`) holds as they are: no lone blanks, nothing that needs an escape. */
function isBlockText(text: string): boolean {
  return /^\S[^\n]*\n/.test(text) && !/\n\n$|[ \t]$|[ \t]\n|[^\n\x20-\x7e\u00a0-\ud7ff]/.test(text);
}

/** Texts that every YAML reader takes for a text without quotes, whatever its version; quantities like 256Mi too. */
const PLAIN = /^(?:[A-Za-z/_][A-Za-z0-9/_.+@-]*(?::[A-Za-z0-9/_.+@-]+)*|[1-9][0-9]*[KMGT]i)$/;
const NOT_PLAIN = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Single quotes spare the backslashes where a text has double quotes of its own. */
const SINGLE_QUOTABLE = /^[\x20-\x7e]*["\\][\x20-\x7e]*$/;

function scalarText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (PLAIN.test(value) && !NOT_PLAIN.test(value)) return value;
  return SINGLE_QUOTABLE.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
