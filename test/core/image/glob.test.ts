import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesGlob } from '../../../src/core/image/glob.ts';

describe('matchesGlob', () => {
  test.each([
    { pattern: '', text: '', matches: true },
    { pattern: '', text: 'a', matches: false },
    { pattern: '*', text: '', matches: true },
    { pattern: '*', text: 'latest', matches: true },
    { pattern: '**', text: 'latest', matches: true },
    { pattern: '?', text: '', matches: false },
    { pattern: '?', text: 'a', matches: true },
    { pattern: '*-alpine', text: '1.27-alpine', matches: true },
    { pattern: '*-alpine', text: '-alpine', matches: true },
    { pattern: '*-alpine', text: '1.27-alpine3.20', matches: false },
    { pattern: '*-alpine*', text: '1.27-alpine3.20', matches: true },
    { pattern: '1.?', text: '1.2', matches: true },
    { pattern: '1.?', text: '1.27', matches: false },
    { pattern: 'a*b*c', text: 'abcbc', matches: true },
    { pattern: 'a*b*c', text: 'abcb', matches: false },
    { pattern: 'a.c', text: 'abc', matches: false },
    { pattern: '[ab]+', text: '[ab]+', matches: true },
    { pattern: 'latest', text: 'Latest', matches: false },
  ])('says $matches to $pattern and $text', ({ pattern, text, matches }) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  test('agrees with the plain recursive definition', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (glob, tag) => {
        expect(matchesGlob(glob, tag)).toBe(plainlyMatches(glob, tag));
      }),
      { numRuns: 2000 },
    );
  });

  test('answers to a pattern that would hang a backtracking matcher', () => {
    expect(matchesGlob(`${'*a'.repeat(100)}*b`, 'a'.repeat(65_536))).toBe(false);
  });
});

function plainlyMatches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*')
    return plainlyMatches(rest, text) || (text !== '' && plainlyMatches(pattern, text.slice(1)));
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && plainlyMatches(rest, text.slice(1));
}
