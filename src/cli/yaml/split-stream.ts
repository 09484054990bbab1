/** One document's text, from its `---` line to the next one. */
export type Piece = { readonly start: number; readonly text: string };

/**
 * Cuts a stream at its `---` lines. A line that begins with `---` and a space always is a document marker,
 * inside block scalars and quotes as well (YAML 1.2.2, production c-forbidden).
 */
export function splitStream(text: string): Piece[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index)];
  const unique = [...new Set(starts)];
  return unique.map((start, index) => ({ start, text: text.slice(start, unique[index + 1]) }));
}
