import { type Comparison, FAULTS } from './accepted-alike.ts';

export type Row = { readonly source: string; readonly all: readonly Comparison[] };

/** How many pods had which outcome, as Markdown. */
export function outcomeTable(rows: readonly Row[]): string {
  const outcomes = [...new Set(['hardened', 'unchanged', 'refused', ...FAULTS])];
  const lines = rows.map(({ source, all }) => {
    const counts = outcomes.map((outcome) => all.filter((one) => one.outcome === outcome).length);
    return [source, all.length, ...counts].join(' | ');
  });
  const head = ['pods', 'number', ...outcomes];
  return [head.join(' | '), head.map((_, index) => (index === 0 ? '---' : '---:')).join(' | '), ...lines]
    .map((line) => `| ${line} |`)
    .join('\n');
}
