/** One input text: a file, or what came on stdin. */
export type Source = {
  /** As people are shown it: the path as they wrote it, `<stdin>`. */
  readonly name: string;
  /** Nobody named the file: it was found in a folder. */
  readonly found?: true;
  /** Absent for stdin. */
  readonly path?: string;
  /** Where it goes below an output folder; it mirrors the input tree. */
  readonly relative: string;
  readonly text: string;
};

/** A place in a text, counted from 1 as editors do. */
export type Position = { readonly line: number; readonly column: number };

/** Where an offset of a source's text is. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStartsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** A list of thousands of objects asks for thousands of positions in one text. */
const lineStarts = new WeakMap<Source, readonly number[]>();

function lineStartsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}
