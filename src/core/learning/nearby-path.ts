import type { ContainerPath } from '../container-path.ts';
import { erofsSightings } from './erofs-sightings.ts';
import type { FailingCall, Strength } from './evidence.ts';
import { failingCall } from './failing-call.ts';
import { MISSING, OTHER_REASON } from './inferred-patterns.ts';
import type { LogLine } from './log-lines.ts';
import { bestSpan, callOf, type ErrorSpan } from './named-path.ts';
import { FAILING } from './not-an-error.ts';
import { pathSpans } from './path-spans.ts';

export type NearbyPath = {
  readonly path: ContainerPath;
  readonly call: FailingCall;
  readonly strength: Strength;
  readonly shape: string;
};

/** The path of an error that is told in another line than the error: a field, the message it caused, the next line. */
export function nearbyPath(lines: readonly LogLine[], index: number): NearbyPath | undefined {
  if (isPartOfEntry(lines, index)) {
    const entry = entryOf(lines, index);
    return fieldOf(entry, FIELD) ?? messageOf(entry);
  }
  const following = lines
    .slice(Math.max(0, index - AHEAD), index + AHEAD)
    .map(({ text }) => text.slice(0, LONGEST));
  return fieldOf(following, OBJECT_FIELD) ?? outerMessage(lines, index) ?? nextLine(lines, index);
}

const AHEAD = 7;
const BACK = 4;
const MOST_FRAMES = 100;
const LONGEST = 2000;

function isPartOfEntry(lines: readonly LogLine[], index: number): boolean {
  const entry = lines[index]?.entry;
  return lines[index - 1]?.entry === entry || lines[index + 1]?.entry === entry;
}

/** The texts of one structured entry, that of the line itself among them. */
function entryOf(lines: readonly LogLine[], index: number): string[] {
  const entry = lines[index]?.entry;
  return lines
    .slice(Math.max(0, index - 64), index + 64)
    .flatMap((line) => (line.entry === entry ? line.text.slice(0, LONGEST) : []));
}

const FIELD_NAMES =
  '(?:path|dest|dir|directory|file|file_?name|file_?path|target|socket|address|folder|location|pid_?file|lock_?file)';
/** A field of a JSON line. */
const FIELD = new RegExp(`^${FIELD_NAMES}: ?(?=/)`, 'i');
/** A field of an error object that was printed over several lines, as Node and npm do: `  path: '/x'`, `npm ERR! path /x`. */
const OBJECT_FIELD = new RegExp(
  `^(?:\\s{1,24}["']?${FIELD_NAMES}["']?: ?["']|npm (?:ERR!|error) +(?:path|dest) +)(?=/)`,
  'i',
);
/** An entry about a request: its `path` is not a file's. */
const REQUEST = /^(?:req\w*\.)?(?:http_?)?method: (?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/i;

/** Where the entry was logged from: `"file": {"name": "log.py", "path": "/app/log.py"}`. */
const SOURCE_FILE = /\.(?:py|go|[cm]?[jt]sx?|rb|php|java|kt|rs|cc?|cpp|exs?|erl|p[lm]|lua|scala|cs|swift)$/;

function fieldOf(texts: readonly string[], field: RegExp): NearbyPath | undefined {
  if (texts.some((text) => REQUEST.test(text))) return undefined;
  for (const [at, text] of texts.entries()) {
    const match = field.exec(text);
    if (match === null) continue;
    const end = match[0].length;
    const span = bestSpan(text, { start: end, end }, pathSpans(text));
    if (span !== undefined && !SOURCE_FILE.test(span.path))
      return { path: span.path, call: callBeside(texts, at), strength: 'named', shape: 'path-field' };
  }
  return undefined;
}

/** `syscall: 'mkdir'`: usually just before the path, else in the rest of the entry, whose fields some loggers sort. */
function callBeside(texts: readonly string[], at: number): FailingCall {
  const beside = [...texts.slice(0, at).reverse(), ...texts.slice(at + 1)];
  const call = beside
    .map((text) => /\bsyscall["']?:? +["']?(\w+)/.exec(text)?.[1])
    .find((name) => name !== undefined);
  return call === undefined ? 'unknown' : failingCall(call, '');
}

/** Another field of the entry tells what failed: `msg: cannot write /x` beside `error: read-only file system`. */
function messageOf(texts: readonly string[]): NearbyPath | undefined {
  const message = texts.find(
    (text) => FAILING.test(text) && erofsSightings(text).length === 0 && spanIn(text) !== undefined,
  );
  return message === undefined ? undefined : found(message, 'named', 'outer-message');
}

/** A chain of causes tells the path first and the reason last. */
const CHAIN =
  /^\s*(?:caused by\b|cause\b|because\b|reason\b|due to\b|source\b|os error\b|error\b|-+>|└|╰|│|\d+:|\(?\w*:?\s*$|read-?\s?only)/i;

function outerMessage(lines: readonly LogLine[], index: number): NearbyPath | undefined {
  const reason = lines[index]?.text ?? '';
  const frames = /^\s*caused by/i.test(reason) ? MOST_FRAMES : 0;
  const above = lines
    .slice(Math.max(0, index - BACK - frames), index)
    .map(({ text }) => text.slice(0, LONGEST));
  let looked = 0;
  for (const text of above.reverse()) {
    if (text.trim() === '' || (frames > 0 && STACK_FRAME.test(text))) continue;
    looked += 1;
    if (looked > BACK || STACK_FRAME.test(text) || erofsSightings(text).length > 0) return undefined;
    if (spanIn(text) !== undefined) {
      if (!FAILING.test(text) && !/[:=]\s*$|^>>> '/.test(text) && !isOfChain(text, reason)) return undefined;
      return found(text, CHAIN.test(reason) ? 'named' : 'inferred', 'outer-message');
    }
    if (!CHAIN.test(text) && !ADVICE.test(text)) return undefined;
  }
  return undefined;
}

/** `3: Write path /x` above `4: Read-only file system`, and the fields of an error's context: `   root: /x`. */
function isOfChain(text: string, reason: string): boolean {
  return (
    (/^\s*\d+: /.test(text) && /^\s*\d+: /.test(reason)) ||
    (/^\s+\w+: \/\S+$/.test(text) && /^\s+\S/.test(reason))
  );
}

/** `Check the permission of the directory.` */
const ADVICE = /^\s*[A-Z][a-z]+(?: [\w'-]+){2,12}[.!]\s*$/;

const STACK_FRAME = /^\s*(?:at |from |File "|#\d+ |\d+: 0x|goroutine |\.\.\. \d+ more|\^+$)/;

function nextLine(lines: readonly LogLine[], index: number): NearbyPath | undefined {
  const text = lines[index + 1]?.text.slice(0, LONGEST) ?? '';
  const ofAnother = [STACK_FRAME, OTHER_REASON, MISSING].some((sign) => sign.test(text));
  if (ofAnother || erofsSightings(text).length > 0) return undefined;
  const span = spanIn(text, { start: 0, end: 0 });
  if (span === undefined || !(FAILING.test(text) || span.start <= 2)) return undefined;
  return found(text, 'inferred', 'next-line');
}

function spanIn(text: string, near: ErrorSpan = { start: text.length, end: text.length }) {
  return bestSpan(text, near, pathSpans(text));
}

function found(text: string, strength: Strength, shape: string): NearbyPath | undefined {
  const span = spanIn(text);
  if (span === undefined) return undefined;
  const call = callOf(span, failingCall(text.slice(0, span.start), text.slice(span.end)));
  return { path: span.path, call, strength, shape };
}
