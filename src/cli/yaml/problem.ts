import { type Position, positionAt, type Source } from './source.ts';

/** What is wrong with an input, where, and what to do about it. */
export type Problem = {
  /** The file as people know it. */
  readonly source: string;
  readonly position?: Position;
  readonly message: string;
  readonly advice: string;
  /** The lines around the position, the middle one marked. */
  readonly excerpt: readonly ExcerptLine[];
};

export type ExcerptLine = { readonly number: number; readonly text: string; readonly marked: boolean };

export function problemAt(
  source: Source,
  offset: number,
  said: { readonly message: string; readonly advice: string },
): Problem {
  const position = positionAt(source, offset);
  return {
    source: source.name,
    position,
    message: said.message,
    advice: said.advice,
    excerpt: excerptAround(source.text, position.line),
  };
}

const LINES_BEFORE = 2;
const LINES_AFTER = 1;

function excerptAround(text: string, line: number): ExcerptLine[] {
  const lines = text.split('\n');
  const first = Math.max(1, line - LINES_BEFORE);
  const last = Math.min(lines.length, line + LINES_AFTER);
  const excerpt: ExcerptLine[] = [];
  for (let number = first; number <= last; number++) {
    const content = (lines[number - 1] ?? '').replace(/\r$/, '');
    if (number !== line && /^(?:---.*|\s*)$/.test(content)) continue;
    excerpt.push({ number, text: content, marked: number === line });
  }
  return excerpt;
}

/** By file and line, as people go through them. */
export function inOrder(problems: readonly Problem[], sources: readonly Source[]): Problem[] {
  const order = new Map(sources.map(({ name }, index) => [name, index]));
  const place = ({ source, position }: Problem): readonly [number, number] => [
    order.get(source) ?? -1,
    position?.line ?? 0,
  ];
  return problems.toSorted((one, other) => {
    const [source, line] = place(one);
    const [otherSource, otherLine] = place(other);
    return source - otherSource || line - otherLine;
  });
}
