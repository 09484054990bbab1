import type { ContainerPath } from '../container-path.ts';
import { type ErofsSighting, TRANSLATED } from './erofs-sightings.ts';
import type { FailingCall } from './evidence.ts';
import { failingCall } from './failing-call.ts';
import { FAILING } from './not-an-error.ts';
import { clueApplies, PATH_CLUES } from './path-clues.ts';
import { PATH_SLOTS, type PathSlot } from './path-slots.ts';
import { type PathSpan, pathSpans, type SpelledPath, spelledPath } from './path-spans.ts';

/** Where in a text the words for the error stand. */
export type ErrorSpan = { readonly start: number; readonly end: number };

/** What relative paths are resolved against; a variable or directory that is not known is left out. */
export type Surroundings = {
  readonly workingDir?: ContainerPath;
  readonly home?: ContainerPath;
};

export type NamedPath =
  | {
      readonly kind: 'path';
      readonly path: ContainerPath;
      readonly call: FailingCall;
      readonly shape: string;
    }
  /** A relative path, and no working directory is known. */
  | { readonly kind: 'unresolved'; readonly relative: string; readonly shape: string };

/** How far from the error's words a path is looked for. */
const REACH = 2000;
const SLOT_REACH = 400;
/** So many paths on either side are looked at. */
const NEAREST = 12;

/** The path that a line's error is about: from an exact slot, else the best-scored path of the line. */
export function namedPath(line: string, error: ErofsSighting, around: Surroundings): NamedPath | undefined {
  const start = Math.max(0, error.start - REACH);
  const text = line.slice(start, error.end + REACH);
  const within = { start: error.start - start, end: error.end - start };
  const all = pathSpans(text);
  const spans = [
    ...all.filter((span) => span.end <= within.start).slice(-NEAREST),
    ...all.filter((span) => span.start >= within.end).slice(0, NEAREST),
  ];
  const translated = error.pattern.name === TRANSLATED.name;
  const slots = { text, error: within, spans, around, translated };
  return slotPath(slots, STRICT) ?? bestPath(text, within, spans) ?? slotPath(slots, LOOSE);
}

const STRICT = PATH_SLOTS.filter(({ loose }) => loose !== true);
const LOOSE = PATH_SLOTS.filter(({ loose }) => loose === true);

type SlotText = {
  readonly text: string;
  readonly error: ErrorSpan;
  readonly spans: readonly PathSpan[];
  readonly around: Surroundings;
  readonly translated: boolean;
};

function slotPath(
  { text, error, spans, around, translated }: SlotText,
  slots: readonly PathSlot[],
): NamedPath | undefined {
  const before = text.slice(Math.max(0, error.start - SLOT_REACH), error.start);
  const after = text.slice(error.end, error.end + SLOT_REACH);
  for (const slot of slots) {
    if (translated ? slot.ofGo : slot.translated) continue;
    const match = 'before' in slot ? slot.before.exec(before) : slot.after.exec(after);
    const name = unquoted((match?.groups?.to ?? match?.groups?.path)?.trim() ?? '');
    if (match === null || name === '') continue;
    const lead = 'before' in slot ? before.slice(0, match.index) : before;
    const words = `${lead}${match[0].slice(0, match[0].indexOf(name))}`;
    // A rename or link needs the directory of its target, whatever the target is.
    const between = 'before' in slot ? match[0].slice(match[0].indexOf(name) + name.length) : '';
    const call = slot.call ?? (match.groups?.to === undefined ? failingCall(words, between) : 'write-file');
    const isVague =
      slot.loose === true ||
      (slot.needsCall === true && call === 'unknown') ||
      (slot.ofGo === true && text[error.start] !== 'r' && !CANNOT.test(lead));
    if (!couldBePath(name, words) || (isVague && isBareWord(name))) continue;
    const spelled = resolve(name, match.groups?.dir, spans, around);
    if (spelled === undefined) return { kind: 'unresolved', relative: name, shape: slot.name };
    return { kind: 'path', path: spelled.path, call: callOf(spelled, call), shape: slot.name };
  }
  return undefined;
}

function unquoted(name: string): string {
  return /^(["'`])(.*)\1$/s.exec(name)?.[2] ?? name.replace(/^[`‘“«](.*)['’”»]$/s, '$1');
}

/** A slot can hold words of the message instead: `failed to open stream: `, ``in `initialize': ``, `dir=/x: `. */
function couldBePath(name: string, before: string): boolean {
  if (name.startsWith('/')) return name.length <= 4096;
  if (name.length > 1024 || WORDS.test(name)) return false;
  if (/['"‘“`«]\s?$/.test(before)) return !/\bin ['"`]$/.test(before);
  return !NOUN.test(name);
}

/** A number, an address, a URL, flags; or text that holds a path, quoted words or a field. */
const WORDS = /^-?\d+$|^\d+(?:\.\d+){3}|^\w+:\/\/|[\t*@"|<>]|^[([{]|[=\s('‘“]\/|, | = |^O_[A-Z]+$/;

const CANNOT = /\b(?:cannot|can't|could not|couldn't|failed to|unable to)$/i;

function isBareWord(name: string): boolean {
  return !/[./]/.test(name);
}

const NOUN =
  /^(?:streams?|target|source|destination|(?:temp\w* |log |lock |pid |output |config |the )*(?:file|dir|directory|folder|socket|database|db|log|lock|pid|pidfile|logfile|lockfile|cache|fifo|pipe|device|data|state|config|it|them|this|directories|files)|failed|error|stdin|stdout|stderr|for writing|none|nil|undefined|unknown|\(?null\)?)$/i;

function resolve(
  name: string,
  dir: string | undefined,
  spans: readonly PathSpan[],
  { home, workingDir }: Surroundings,
): SpelledPath | undefined {
  if (name.startsWith('/')) return spelledPath(name);
  if (dir !== undefined) return spelledPath(`${dir}/${name}`);
  if (name.startsWith('~/')) return home && spelledPath(`${home}${name.slice(1)}`);
  const absolute = spans.find((span) => span.path.endsWith(`/${name}`));
  return absolute ?? (workingDir && spelledPath(`${workingDir}/${name}`));
}

/** What the spelling tells outweighs the words. */
export function callOf({ spelling }: Pick<SpelledPath, 'spelling'>, call: FailingCall): FailingCall {
  if (spelling === 'file') return 'write-file';
  return spelling === 'directory' && call !== 'make-directory' ? 'use-directory' : call;
}

function bestPath(text: string, error: ErrorSpan, spans: readonly PathSpan[]): NamedPath | undefined {
  const told = spans.filter((span) => !isAdvice(text.slice(error.end, Math.max(error.end, span.start))));
  const span = bestSpan(text, error, told);
  if (span === undefined) return undefined;
  const isBefore = span.end <= error.start;
  // Without the error's own words: `file system` tells no call.
  const before = isBefore
    ? text.slice(0, span.start)
    : `${text.slice(0, error.start)} ${text.slice(error.end, span.start)}`;
  const call = failingCall(before, isBefore ? text.slice(span.end, error.start) : '');
  return {
    kind: 'path',
    path: span.path,
    call: callOf(span, call),
    shape: isBefore ? 'path-before' : 'path-after',
  };
}

/** Another sentence follows the error, and tells no failure: `Read-only file system. Mount a volume at /x.`, and not `. Path: /x`. */
function isAdvice(between: string): boolean {
  return /[.!?] +\p{Lu}(?!\p{L}*:? ["'`]?$)/u.test(between) && !FAILING.test(between);
}

/** The path of a text that an error is likeliest about; undefined where all are ruled out. */
export function bestSpan(text: string, error: ErrorSpan, spans: readonly PathSpan[]): PathSpan | undefined {
  let best: { span: PathSpan; score: number } | undefined;
  for (const span of spans) {
    const score = scoreOf(text, error, span);
    if (score > (best?.score ?? 0)) best = { span, score };
  }
  return best?.span;
}

/** Above 0 for a path that may be meant: near the error, in words that tell a write. */
function scoreOf(text: string, error: ErrorSpan, span: PathSpan): number {
  const gap = Math.max(0, span.end <= error.start ? error.start - span.end : span.start - error.end);
  let score = 50 - Math.min(40, gap / 4) + (span.quoted ? 3 : 0) + (gap <= 4 ? 12 : 0);
  for (const clue of PATH_CLUES) {
    if (!clueApplies(clue, text, span)) continue;
    if (clue.weight === undefined) return 0;
    score += clue.weight;
  }
  return score;
}
