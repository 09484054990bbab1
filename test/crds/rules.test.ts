import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LONE_STARS, REPOSITORY, TAGS } from '../../crds/rules.ts';
import { LIMITS } from '../../src/core/catalog/profile-messages.ts';
import { parseRepositoryPattern } from '../../src/core/catalog/repository-pattern.ts';
import { parseTagSelector } from '../../src/core/catalog/tags.ts';

/** The patterns of the rules mean the same in RE2 and here: no look-around, no back-reference. */
const repository = new RegExp(REPOSITORY, 'u');
const loneStars = new RegExp(LONE_STARS, 'u');
const tags = new RegExp(TAGS, 'u');

function words(choices: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...choices), { maxLength }).map((parts) => parts.join(''));
}

const REPOSITORY_PARTS = [
  '*',
  '**',
  '/',
  'nginx',
  'A',
  'x',
  '.',
  '_',
  '__',
  '-',
  '--',
  ':',
  '5000',
  'localhost',
  '[::1]',
  ' ',
  '@',
];
const anyPartial = fc.constantFrom(
  '1',
  '1.19',
  '01.4',
  '1.2.3',
  'v2',
  'x',
  '*',
  '1.x',
  '1.2.*',
  '1.2.3-rc.1',
  '1.2.3-0+b.7',
);
const anyComparator = fc
  .tuple(fc.constantFrom('', '<', '>', '<=', '>=', '=', '~', '~>', '^'), fc.constantFrom('', ' '), anyPartial)
  .map((parts) => parts.join(''));
const anyRange = fc
  .array(
    fc.oneof(
      fc.array(anyComparator, { minLength: 1, maxLength: 3 }).map((comparators) => comparators.join(' ')),
      fc.tuple(anyPartial, anyPartial).map(([from, to]) => `${from} - ${to}`),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((sets) => fc.constantFrom('||', ' || ', ' ||').map((or) => sets.join(or)));
const anyGlob = fc.string({
  unit: fc.constantFrom('*', '?', '.', '-', '_', 'a', 'Z', '1'),
  minLength: 1,
  maxLength: 20,
});

describe('the rule of repositories', () => {
  test('accepts what can be parsed, and nothing else', () => {
    fc.assert(
      fc.property(words(REPOSITORY_PARTS, 9), (text) => {
        const withoutTag = !text.includes('@') && !/:[^/]*$/.test(text);
        const byRule = withoutTag && text !== '*' && !loneStars.test(text) && repository.test(text);
        expect(byRule).toBe(parseRepositoryPattern(text).kind === 'pattern');
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([`${'a'.repeat(LIMITS.repository - 8)}/library`])(
    'leaves the length of a part to the reader',
    (text) => {
      expect(repository.test(text)).toBe(true);
      expect(parseRepositoryPattern(text).kind).toBe('malformed');
    },
  );
});

describe('the rule of tags', () => {
  test('accepts every range and every glob', () => {
    fc.assert(
      fc.property(fc.oneof(anyRange, anyGlob), (text) => {
        expect(parseTagSelector(text).kind).toBe('selector');
        expect(text).toMatch(tags);
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    '>=1.19, <2',
    '1.19/alpine',
    '>=alpine',
    '1.19 && 2',
    '=>1.2',
    '1 | 2',
    '>=1.19 <two',
    '"1.19"',
    '1.2.3.4 <2',
  ])('refuses %j, which cannot be parsed', (text) => {
    expect(parseTagSelector(text).kind).toBe('malformed');
    expect(text).not.toMatch(tags);
  });
});
