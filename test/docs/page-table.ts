import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** Holds a table of a page equal to what the code says; `UPDATE_GOLDEN=1` writes it between its two comments. */
export function expectTable(
  page: string,
  name: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const file = new URL(`../../docs/${page}`, import.meta.url);
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(file, 'utf8');
  const table = [heads, heads.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n');
  const block = `${begin}\n\n${table}\n\n${end}`;
  const found = text.slice(text.indexOf(begin), text.indexOf(end) + end.length);
  if (process.env.UPDATE_GOLDEN && !process.env.CI)
    writeFileSync(
      file,
      text.replace(found, () => block),
    );
  else expect(found).toBe(block);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
