import { readFileSync, writeFileSync } from 'node:fs';
import { definitionFiles } from '../../crds/generate.ts';
import { isObject, textOf } from '../../src/core/json.ts';
import { dashboard } from './dashboard.ts';
import { withValueTables } from './readme-table.ts';
import { withDescriptions } from './schema.ts';
import { readValues } from './values.ts';

export const CHART_FOLDER = new URL('../../charts/rootlock/', import.meta.url);

/**
 * The files of the chart that are made from others, or partly so, by their paths in it: the definitions from `crds/`,
 * the README's tables and the schema's descriptions from values.yaml, the version from package.json, the dashboard from the
 * table of its panels.
 */
export function chartFiles(): ReadonlyMap<string, string> {
  const values = readValues(chartFile('values.yaml'));
  return new Map([
    ['Chart.yaml', withVersion(chartFile('Chart.yaml'), packageVersion())],
    ['README.md', withValueTables(chartFile('README.md'), values)],
    [
      'values.schema.json',
      `${JSON.stringify(withDescriptions(JSON.parse(chartFile('values.schema.json')), values), null, 2)}\n`,
    ],
    ['files/dashboard.json', `${JSON.stringify(dashboard(), null, 2)}\n`],
    ...[...definitionFiles()].map(([name, text]): [string, string] => [`files/crds/${name}`, text]),
  ]);
}

function chartFile(path: string): string {
  return readFileSync(new URL(path, CHART_FOLDER), 'utf8');
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = isObject(manifest) ? textOf(manifest.version) : undefined;
  if (version === undefined) throw new Error('package.json has no version');
  return version;
}

/** Chart and program are released together. */
function withVersion(chart: string, version: string): string {
  return chart.replace(/^(version|appVersion): .*$/gm, `$1: ${version}`);
}

if (import.meta.main) {
  for (const [path, text] of chartFiles()) writeFileSync(new URL(path, CHART_FOLDER), text);
}
