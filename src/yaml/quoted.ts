import { folded } from './folded.ts';
import { giveUp, type Reader } from './reader.ts';

/** A scalar in quotes; those over several lines go on deeper than `indent`. */
export function quotedScalar(
  { text, loose }: Reader,
  at: number,
  indent: number,
): { readonly value: string; readonly end: number } {
  const end = quotedEnd(text, at);
  const raw = text.slice(at, end);
  return { value: raw.includes('\n') ? overLines(raw, loose ? -1 : indent) : unquoted(raw), end };
}

/** Behind the closing quote. */
export function quotedEnd(text: string, at: number): number {
  const quote = text[at];
  let end = at + 1;
  if (quote === "'") {
    for (;;) {
      const closing = text.indexOf("'", end);
      if (closing < 0) return giveUp();
      if (text[closing + 1] !== "'") return closing + 1;
      end = closing + 2;
    }
  }
  for (;;) {
    const closing = text.indexOf('"', end);
    if (closing < 0) return giveUp();
    let escapes = 0;
    while (text[closing - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return closing + 1;
    end = closing + 1;
  }
}

/** What quotes on one line hold. Of the escapes, those that JSON has as well. */
export function unquoted(raw: string): string {
  const quote = raw[0];
  if (raw.length < 2 || quotedEnd(raw, 0) !== raw.length) giveUp();
  const inner = raw.slice(1, -1);
  if (quote === "'") return inner.includes("'") ? inner.replaceAll("''", "'") : inner;
  if (!inner.includes('\\')) return inner;
  try {
    return String(JSON.parse(raw));
  } catch {
    return giveUp();
  }
}

function overLines(raw: string, indent: number): string {
  if (raw.includes('\t')) giveUp();
  const [first = '', ...rest] = raw.slice(1, -1).split('\n');
  for (const line of rest) {
    if (line.trim() !== '' && line.length - line.trimStart().length <= indent) giveUp();
  }
  const last = rest.at(-1) ?? '';
  if (first.trim() === '' || last.trim() === '') giveUp();
  const lines = [first, ...rest.map((line) => line.trimStart())];
  if (raw[0] === '"' && raw.includes('\\')) return escapedLines(lines);
  const value = folded(lines.map((line, index) => (index === lines.length - 1 ? line : line.trimEnd())));
  return raw[0] === "'" ? value.replaceAll("''", "'") : value;
}

/** A backslash at the end of a line joins it with the next one; one before a space keeps that space. */
function escapedLines(lines: readonly string[]): string {
  let joined = lines[0] ?? '';
  for (const line of lines.slice(1)) {
    if (line === '') giveUp();
    if (endsInEscape(joined)) joined = joined.slice(0, -1) + line;
    else if (endsInEscape(joined.trimEnd())) giveUp();
    else joined = `${joined.trimEnd()} ${line}`;
  }
  return unquoted(`"${joined.replaceAll(/\\./g, (pair) => (pair === '\\ ' ? ' ' : pair))}"`);
}

function endsInEscape(line: string): boolean {
  return /(?<!\\)(?:\\\\)*\\$/.test(line);
}
