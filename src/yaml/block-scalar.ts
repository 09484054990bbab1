import { folded } from './folded.ts';
import { giveUp, lineEnd, nextLine, type Reader } from './reader.ts';

/** The text below a `|` or `>`, whose lines are indented deeper than `indent`. */
export function blockScalar(reader: Reader, at: number, indent: number): string {
  const { text } = reader;
  const headerEnd = lineEnd(text, at);
  const header = /^([|>])([+-]?) *$/.exec(text.slice(at, headerEnd));
  if (header === null) return giveUp();
  const [, style, chomp = ''] = header;
  const { lines, end } = blockLines(text, headerEnd + 1, indent);
  nextLine(reader, end);
  if (reader.column > indent) giveUp();
  const last = lines.findLastIndex((line) => line !== '');
  const content = lines.slice(0, last + 1);
  if (style === '>' && content.some((line) => /^[ \t]/.test(line))) giveUp();
  const value = style === '>' ? foldedBlock(content) : content.join('\n');
  if (chomp === '-') return value;
  return chomp === '+' ? `${value}\n${'\n'.repeat(lines.length - content.length)}` : `${value}\n`;
}

/** The lines without their indentation, which is that of the first one with ink; blank ones at the end are ''. */
function blockLines(text: string, from: number, indent: number): { lines: string[]; end: number } {
  const lines: string[] = [];
  let start = from;
  let width = 0;
  let blank = 0;
  while (start < text.length) {
    let ink = start;
    while (text[ink] === ' ' && (width === 0 || ink - start < width)) ink++;
    const end = lineEnd(text, start);
    if (ink === end) {
      blank = Math.max(blank, end - start);
      lines.push('');
    } else if (width === 0) {
      width = ink - start;
      if (width <= indent || blank > width || text[ink] === '\t') giveUp();
      lines.push(text.slice(ink, end));
    } else if (ink - start === width) {
      const line = text.slice(ink, end);
      // Where such a line is the last one, it depends on what follows whether it counts.
      if (line.trim() === '') giveUp();
      lines.push(line);
    } else if (text[ink] === '\t') {
      giveUp();
    } else break;
    start = end + 1;
  }
  if (width === 0) giveUp();
  return { lines, end: Math.min(start, text.length) };
}

function foldedBlock(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line !== '');
  return '\n'.repeat(first) + folded(lines.slice(first));
}
