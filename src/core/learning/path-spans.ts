import { type ContainerPath, parseContainerPath } from '../container-path.ts';

/** A place in a text where a path stands. */
export type PathSpan = {
  readonly start: number;
  /** Just behind the last character, closing quote excluded. */
  readonly end: number;
  readonly path: ContainerPath;
  readonly spelling: SpelledPath['spelling'];
  readonly quoted: boolean;
};

/** A path in a message, and what its spelling tells. */
export type SpelledPath = {
  readonly path: ContainerPath;
  /** `directory`: it ends in a slash. `file`: it was cut at a `:`, which no mount path can hold. */
  readonly spelling: 'directory' | 'file' | 'plain';
};

/** Reads an absolute path as a message spells it; undefined where it is none. */
export function spelledPath(text: string): SpelledPath | undefined {
  const colon = text.indexOf(':');
  const path = parseContainerPath(colon === -1 ? text : text.slice(0, colon));
  if (path === undefined) return undefined;
  const spelling =
    colon !== -1 && colon < text.length - 1 ? 'file' : /\/\.?$/.test(text) ? 'directory' : 'plain';
  return { path, spelling };
}

const CLOSING: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '`': "`'",
  '‘': '’',
  '‚': '‘’',
  '“': '”',
  '„': '“”',
  '”': '”',
  '’': '’',
  '«': '»',
  '»': '«»',
  '‹': '›',
  '「': '」',
  '『': '』',
};

/** Characters that may stand directly before an absolute path. Non-ASCII ones may too: `：/x`, `│/x`. */
const BEFORE = /[\s"'`([{<>=,;:|@!*]|[^\p{ASCII}\p{L}\p{N}]/u;
/** Characters that end a path without quotes. `:` never belongs to a mount path (the API server refuses it). */
const ENDS = /[\s"'`<>|,;:()[\]{}]|[^\p{ASCII}\p{L}\p{N}\p{M}]/u;
/** `:amd64.list`, `:00:05.log`: more of a file's name; not a source line, not the next words. */
const NAME_GOES_ON = /^:(?!\d+(?:[\s:,;)\]'"]|$))[\w@+-]*[.:][\w.:@+-]*[A-Za-z](?=[\s'":,;)\]]|$)/;
/** Korean and Japanese particles follow a name without a space: `/data/repo에`, `/data/repoを`. */
const PARTICLE = /[\p{Script=Hangul}\p{Script=Hiragana}]/u;
const TRAILING = /[.!?…\\]+$/;
/** Schemes whose URLs name a local path. */
const LOCAL_SCHEME =
  /(?:^|[^\w+.-])(?:jdbc:[\w:]+:|(?:file|unix|unixgram|sqlite3?|local|dir|ipc|bolt|db|h2|lmdb)(?:\+\w+)?:)$/i;
const LONGEST = 4096;

/** All absolute paths of a text, in order. Linear in the text: each character is looked at a bounded number of times. */
export function pathSpans(text: string): PathSpan[] {
  const spans: PathSpan[] = [];
  let at = text.indexOf('/');
  while (at !== -1) {
    const span = spanAt(text, at);
    if ('path' in span) spans.push(span);
    at = text.indexOf('/', span.end);
  }
  return spans;
}

function spanAt(text: string, at: number): PathSpan | { readonly end: number } {
  const before = text[at - 1] ?? ' ';
  if (!BEFORE.test(before)) return { end: endOfWord(text, at) };
  if (before === ':' && text[at + 1] === '/') return localUrl(text, at) ?? { end: endOfWord(text, at) };
  return quotedSpan(text, at, before) ?? bareSpan(text, at);
}

function localUrl(text: string, at: number): PathSpan | { readonly end: number } | undefined {
  if (!LOCAL_SCHEME.test(text.slice(Math.max(0, at - 32), at))) return undefined;
  let slash = at;
  while (text[slash + 1] === '/') slash += 1;
  return bareSpan(text, slash);
}

function quotedSpan(text: string, at: number, quote: string): PathSpan | undefined {
  const closing = CLOSING[quote];
  if (closing === undefined) return undefined;
  const rest = text.slice(at, at + LONGEST);
  let length = 0;
  while (length < rest.length && !closes(rest, length, closing)) length += 1;
  const content = rest.slice(0, length);
  if (length === rest.length || !readsAsPath(content)) return undefined;
  return spanOf(at, content, true);
}

/** A quote closes where no letter follows: `'/it's/x'` has one path. */
function closes(text: string, at: number, closing: string): boolean {
  return closing.includes(text[at] ?? '') && !/[\p{L}\p{N}]/u.test(text[at + 1] ?? ' ');
}

/** Quotes also go round whole messages: `"/x: read-only file system"`, `"/bin/sh -c …"`. */
function readsAsPath(content: string): boolean {
  if (/:\s|\s[-/=]|[\n\t]|["<>|]/.test(content)) return false;
  return !/\s/.test(content) || !/\b(?:is|was|failed|cannot|not|read-only|HTTP)\b/i.test(content);
}

function bareSpan(text: string, at: number): PathSpan | { readonly end: number } {
  let end = at;
  let content = '';
  while (end < text.length && end - at < LONGEST) {
    const next = text[end] ?? '';
    if (next === '\\' && text[end + 1] === ' ') {
      content += ' ';
      end += 2;
      continue;
    }
    if (PARTICLE.test(next) && /\w/.test(text[end - 1] ?? '')) break;
    const ends =
      next === ':' ? !NAME_GOES_ON.test(text.slice(end, end + 256)) : next === '\\' || ENDS.test(next);
    if (ends) break;
    content += next;
    end += 1;
  }
  const trimmed = content.replace(TRAILING, '');
  // A lone slash is a path in `mkdir /: …`, and a word in `a / b`.
  const isWord = trimmed === '/' && text[end] !== ':';
  return (isWord ? undefined : spanOf(at, trimmed, false)) ?? { end: Math.max(end, at + 1) };
}

function spanOf(start: number, content: string, quoted: boolean): PathSpan | undefined {
  if (!/[\p{L}\p{N}]/u.test(content) && content !== '/') return undefined;
  const spelled = spelledPath(content);
  return spelled && { start, end: start + content.length, ...spelled, quoted };
}

function endOfWord(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && end - at < LONGEST && !/[\s"'<>|]/.test(text[end] ?? '')) end += 1;
  return end;
}
