import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CHART, rendered, runHelm } from './helm.ts';
import { VALUE_SETS } from './value-sets.ts';

const GOLDEN = new URL('golden/', import.meta.url);

describe.each(VALUE_SETS)('the chart with the values of $name', ({ name, values }) => {
  test('renders what golden/ holds, written by UPDATE_GOLDEN=1 and reviewed like code', async () => {
    const file = new URL(`${name}.yaml`, GOLDEN);
    const text = withoutDefinitions(await rendered(values));
    if (process.env.UPDATE_GOLDEN && !process.env.CI) writeFileSync(file, text);
    expect(existsSync(file)).toBe(true);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test('has nothing for `helm lint --strict` to find', async () => {
    const { code, stdout, stderr } = await runHelm(['lint', '--strict', CHART], { values });
    expect({ code, stdout: `${stdout}${stderr}` }).toEqual({
      code: 0,
      stdout: expect.not.stringMatching(/\[(WARNING|ERROR)\]/),
    });
  });
});

test('golden/ holds nothing but the value sets', () => {
  expect(readdirSync(GOLDEN)).toEqual(VALUE_SETS.map(({ name }) => `${name}.yaml`));
});

/** The CustomResourceDefinitions are held equal to those of crds/ elsewhere, and are long. */
function withoutDefinitions(text: string): string {
  return text
    .split(/^---\n/m)
    .filter((document) => document.trim() !== '' && !/^kind: CustomResourceDefinition$/m.test(document))
    .map((document) => `---\n${document}`)
    .join('');
}
