import { type Paint, printable } from '../style.ts';
import type { Problem } from '../yaml/problem.ts';

/** For people: the place, what is wrong, the lines with a caret, and what to do. */
export function problemLines(
  { source, position, message, advice, excerpt }: Problem,
  paint: Paint,
): string[] {
  const place = position === undefined ? source : `${source}:${position.line}:${position.column}`;
  const width = String(excerpt.at(-1)?.number ?? 0).length;
  const lines = excerpt.flatMap(({ number, text, marked }) => {
    const shown = printable(text).replaceAll('\t', '→');
    const line = `${marked ? paint('red', '>') : ' '} ${String(number).padStart(width)} | ${shown}`;
    if (!marked || position === undefined) return [line];
    const before = printable(text.slice(0, position.column - 1)).replaceAll('\t', '→');
    return [line, `  ${' '.repeat(width)} | ${' '.repeat([...before].length)}${paint('red', '^')}`];
  });
  return [
    `${paint('bold', printable(place))}: ${paint('red', 'error:')} ${printable(message)}`,
    ...lines.map((line) => `  ${line}`),
    `  ${paint('cyan', 'do this:')} ${printable(advice)}`,
    '',
  ];
}
