import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { TEST_CATALOG } from '../cli/test-catalog.ts';
import { checkCorpus } from './check-corpus.ts';

const CASES = new URL('../cli/commands/cases/harden/', import.meta.url);

const SOURCES = readdirSync(CASES)
  .filter((name) => name !== 'json' && name !== 'krm-function')
  .map((name) => ({
    name,
    relative: name,
    text: readFileSync(new URL(`${name}/input.yaml`, CASES), 'utf8'),
  }));

describe('checkCorpus', () => {
  test('finds nothing wrong with the golden cases, and counts what becomes of them', () => {
    const result = checkCorpus(SOURCES, TEST_CATALOG);
    expect(result.failures).toEqual([]);
    expect(result.passed).toBe(SOURCES.length);
    expect(result.outcomes.get('left-alone custom-resource')).toBe(4);
    expect(result.outcomes.get('left-alone windows')).toBe(1);
    expect(result.outcomes.get('hardened')).toBeGreaterThan(10);
    expect(result.unknownImages.get('quay.io/example/side')).toBe(2);
  });

  test('fails a text that cannot be edited', () => {
    const text = '? [a]\n: b\napiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: web, image: nginx}]\n';
    const { failures, passed } = checkCorpus(
      [{ name: 'odd.yaml', relative: 'odd.yaml', text }],
      TEST_CATALOG,
    );
    expect(passed).toBe(0);
    expect(failures).toEqual([{ file: 'odd.yaml', because: expect.stringContaining('cannot be edited') }]);
  });
});
