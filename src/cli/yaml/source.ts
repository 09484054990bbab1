/** One input text: a file, or what came on stdin. */
export type Source = {
  /** As people are shown it: the path as they wrote it, `<stdin>`. */
  readonly name: string;
  /** Absent for stdin. */
  readonly path?: string;
  /** Where it goes below an output folder; it mirrors the input tree. */
  readonly relative: string;
  readonly text: string;
};

/** A place in a text, counted from 1 as editors do. */
export type Position = { readonly line: number; readonly column: number };

export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
