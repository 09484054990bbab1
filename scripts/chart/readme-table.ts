import type { Section, Value, Values } from './values.ts';

const BEGIN = '<!-- values: made from values.yaml by `npm run chart` -->';
const END = '<!-- end of values -->';

/** The README with its tables of values made anew. Throws where it has no place for them. */
export function withValueTables(readme: string, values: Values): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md needs the lines ${BEGIN} and ${END}`);
  const before = readme.slice(0, begin + BEGIN.length);
  return `${before}\n\n${tables(values).join('\n\n')}\n\n${readme.slice(end)}`;
}

/** One table for the values at the top, and one for each map at the top. */
function tables({ values, sections }: Values): string[] {
  const top = values.filter(({ path }) => path.length === 1);
  const titled = sections
    .filter(({ path }) => path.length === 1)
    .map((section) => titledTable(section, values.filter(within(section))));
  return [table(top), ...titled];
}

function within(section: Section): (value: Value) => boolean {
  return ({ path }) => path[0] === section.path[0] && path.length > 1;
}

function titledTable({ path, about }: Section, values: readonly Value[]): string {
  const heading = `### ${path.join('.')}`;
  return [heading, ...(about === '' ? [] : [about]), table(values)].join('\n\n');
}

const HEADER = ['value', 'what it does', 'default'] as const;

function table(values: readonly Value[]): string {
  const rows = values.map(({ path, about, absent }) => [
    `\`${path.join('.')}\``,
    escaped(about),
    `\`${escaped(JSON.stringify(absent))}\``,
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  return [line(HEADER), line(['', '', ''], '-'), ...rows.map((row) => line(row))].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
