import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { type Edit, edited } from '../yaml/place.ts';

const CONTEXT = 3;

/**
 * The hunks of a unified diff, from the edits that made the new text: a diff of the whole texts takes time with the
 * product of their length and the number of changes, which is minutes for a list of thousands of objects.
 */
export function hunksFor(text: string, edits: readonly Edit[]): StructuredPatchHunk[] {
  const starts = lineStartsOf(text);
  const line = (at: number): string => lineAt(text, starts, at);
  const hunks: Open[] = [];
  for (const region of regionsOf(text, starts, edits)) {
    const open = hunks.at(-1);
    if (open && region.from - open.to <= 2 * CONTEXT) {
      append(open, unchanged(line, open.to, region.from), region);
    } else {
      if (open) close(open, line, starts.length);
      const from = Math.max(0, region.from - CONTEXT);
      const fresh: Open = { from, to: from, lines: [] };
      append(fresh, unchanged(line, from, region.from), region);
      hunks.push(fresh);
    }
  }
  const last = hunks.at(-1);
  if (last) close(last, line, starts.length);
  return numbered(hunks);
}

/** Lines of the old text from `from` up to `to`, and what becomes of them, each with its sign. */
type Region = { readonly from: number; readonly to: number; readonly lines: readonly string[] };
type Open = { from: number; to: number; lines: string[] };

function append(open: Open, between: readonly string[], { to, lines }: Region): void {
  for (const each of between) open.lines.push(each);
  for (const each of lines) open.lines.push(each);
  open.to = to;
}

function close(open: Open, line: (at: number) => string, count: number): void {
  const to = Math.min(count, open.to + CONTEXT);
  append(open, unchanged(line, open.to, to), { from: to, to, lines: [] });
}

function unchanged(line: (at: number) => string, from: number, to: number): string[] {
  const lines: string[] = [];
  for (let at = from; at < to; at++) {
    const text = line(at);
    lines.push(` ${text.replace(/\n$/, '')}`);
    if (!text.endsWith('\n')) lines.push(NO_NEWLINE);
  }
  return lines;
}

const NO_NEWLINE = '\\ No newline at end of file';

/** Edits of the same lines make one region, and a small diff tells what changes in it. */
function regionsOf(text: string, starts: readonly number[], edits: readonly Edit[]): Region[] {
  const sorted = edits
    .filter((edit) => text.slice(edit.start, edit.end) !== edit.text)
    .toSorted((one, other) => one.start - other.start || one.end - other.end);
  const groups: { from: number; to: number; edits: Edit[] }[] = [];
  let near = 0;
  for (const edit of sorted) {
    const from = lineOf(text, starts, edit.start, near);
    near = from;
    const last = lineOf(text, starts, edit.end, from);
    const to = endsLine(text, edit) && startOf(text, starts, last) === edit.end ? last : last + 1;
    const group = groups.at(-1);
    if (group && from < group.to) {
      group.to = Math.max(group.to, to);
      group.edits.push(edit);
    } else groups.push({ from, to: Math.min(to, starts.length), edits: [edit] });
  }
  return groups.map((group) => region(text, starts, group));
}

/** The line that an offset is in, looking from an earlier line on; behind the last line end there is one more. */
function lineOf(text: string, starts: readonly number[], offset: number, from: number): number {
  if (offset === text.length && text.endsWith('\n')) return starts.length;
  let line = from;
  while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line++;
  return line;
}

function startOf(text: string, starts: readonly number[], line: number): number {
  return starts[line] ?? text.length;
}

/** Whether what an edit leaves before its end is whole lines: then the line that begins there is not touched. */
function endsLine(text: string, { start, text: value }: Edit): boolean {
  return value === '' ? start === 0 || text[start - 1] === '\n' : value.endsWith('\n');
}

function region(
  text: string,
  starts: readonly number[],
  { from, to, edits }: { from: number; to: number; edits: readonly Edit[] },
): Region {
  const start = starts[from] ?? text.length;
  const slice = text.slice(start, starts[to] ?? text.length);
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const options = { context: Number.MAX_SAFE_INTEGER };
  const [hunk] = structuredPatch('', '', slice, edited(slice, moved), '', '', options).hunks;
  if (hunk === undefined) throw new Error(`edits of line ${from + 1} come to nothing`);
  return { from, to, lines: hunk.lines };
}

function numbered(hunks: readonly Open[]): StructuredPatchHunk[] {
  let shift = 0;
  return hunks.map(({ from, lines }) => {
    const oldLines = lines.filter((line) => line.startsWith(' ') || line.startsWith('-')).length;
    const newLines = lines.filter((line) => line.startsWith(' ') || line.startsWith('+')).length;
    const hunk = { oldStart: from + 1, oldLines, newStart: from + 1 + shift, newLines, lines };
    shift += newLines - oldLines;
    return hunk;
  });
}

/** A last line end begins no line. */
function lineStartsOf(text: string): number[] {
  const starts = text === '' ? [] : [0];
  for (let at = text.indexOf('\n'); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

function lineAt(text: string, starts: readonly number[], at: number): string {
  return text.slice(starts[at] ?? text.length, starts[at + 1] ?? text.length);
}
