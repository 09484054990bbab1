import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterBracket, nestsDeeper } from '../../src/http/json-brackets.ts';

const deeper = (json: string, maxDepth = 64) => nestsDeeper(Buffer.from(json), maxDepth);

describe('nestsDeeper', () => {
  test.each([
    { json: '[]', depth: 1 },
    { json: '{"a":[1,{"b":[]}]}', depth: 4 },
    { json: '[[],[[]],[[[]]]]', depth: 4 },
    { json: '["[[[[{{{{"]', depth: 1 },
    { json: '["\\"[[[["]', depth: 1 },
    { json: '["\\\\",["\\\\\\"[[[["]]', depth: 2 },
    { json: '{"{[{[":"]}]}"}', depth: 1 },
    { json: '["ä[","€{","😀["]', depth: 1 },
  ])('finds that $json nests $depth deep', ({ json, depth }) => {
    expect(deeper(json, depth)).toBe(false);
    expect(deeper(json, depth - 1)).toBe(true);
  });

  test('ends at once on a million arrays', () => {
    expect(deeper('['.repeat(1_000_000))).toBe(true);
  });

  test('finds the depth of the parsed value, for any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const depth = depthOf(JSON.parse(json));
        expect(deeper(json, depth)).toBe(false);
        expect(depth === 0 || deeper(json, depth - 1)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('afterBracket finds where any value ends', () => {
  const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(container, fc.jsonValue(), (value, after) => {
      const json = Buffer.from(JSON.stringify(value));
      const more = Buffer.concat([json, Buffer.from(`,"more":${JSON.stringify(after)}`)]);
      expect(afterBracket(more, 0)).toBe(json.length);
      expect(afterBracket(json.subarray(0, -1), 0)).toBe(json.length - 1);
    }),
    { numRuns: 1_000 },
  );
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
