/**
 * Hardens every manifest below a folder and checks the results: `npm run corpus -- DIR`. Prints Markdown; the exit code is
 * 1 where a check failed.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { readBuiltinCatalog } from '../../src/builtin.ts';
import { createFiles } from '../../src/cli/files.ts';
import { checkCorpus } from './check-corpus.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm run corpus -- DIR');
  process.exit(2);
}
const files = createFiles(process.cwd())
  .list(folder)
  .filter((file) => /\.(?:ya?ml|json)$/.test(file));
const result = checkCorpus(
  files.map((path) => ({
    name: path,
    path,
    relative: relative(folder, path),
    text: readFileSync(path, 'utf8'),
  })),
  readBuiltinCatalog(),
);

const table = (
  heads: readonly string[],
  counts: ReadonlyMap<string, number>,
  most = Number.POSITIVE_INFINITY,
) => {
  const rows = [...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).slice(0, most);
  const lines = rows.map(([key, number]) => `| ${key} | ${number} |`);
  return [`| ${heads.join(' | ')} |`, '| --- | ---: |', ...lines, ''].join('\n');
};
console.log(table(['workloads', 'number'], result.outcomes));
console.log(table(['containers', 'number'], result.containers));
console.log(table(['unknown image (the 40 most common)', 'containers'], result.unknownImages, 40));
for (const { file, because } of result.failures) console.log(`FAILED ${file}: ${because}`);
console.log(`${result.passed} passed, ${result.failures.length} failed`);
process.exitCode = result.failures.length > 0 ? 1 : 0;
