import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reviewText } from '../../src/http/review-text.ts';

const textOf = (json: string, maxDepth = 64) => reviewText(Buffer.from(json), maxDepth);

describe('the depth of a body', () => {
  test.each([
    { json: '[]', depth: 1 },
    { json: '{"a":[1,{"b":[]}]}', depth: 4 },
    { json: '[[],[[]],[[[]]]]', depth: 4 },
    { json: '["[[[[{{{{"]', depth: 1 },
    { json: '["\\"[[[["]', depth: 1 },
    { json: '["\\\\",["\\\\\\"[[[["]]', depth: 2 },
    { json: '{"{[{[":"]}]}"}', depth: 1 },
    { json: '["ä[","€{","😀["]', depth: 1 },
    { json: '{"managedFields":[{"a":[]}],"b":[[]]}', depth: 4 },
  ])('of $json is $depth', ({ json, depth }) => {
    expect(textOf(json, depth)).toBeDefined();
    expect(textOf(json, depth - 1)).toBeUndefined();
  });

  test.each([
    { what: 'within the managed fields', json: `{"managedFields":[${'['.repeat(70)}` },
    { what: 'behind the managed fields', json: `{"managedFields":[],"a":${'['.repeat(70)}` },
    { what: 'of a million arrays', json: '['.repeat(1_000_000) },
  ])('is found $what', ({ json }) => {
    expect(textOf(json)).toBeUndefined();
  });

  test('is that of the parsed value, for any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const depth = depthOf(JSON.parse(json));
        expect(textOf(json, depth)).toBe(json);
        expect(depth === 0 || textOf(json, depth - 1) === undefined).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the managed fields of a body', () => {
  test.each([
    {
      what: 'are left out',
      json: '{"a":1,"managedFields":[{"f:x":{"k:{\\"a]\\"}":{}}},[]],"b":[2]}',
      text: '{"a":1,"managedFields":[],"b":[2]}',
    },
    { what: 'stay where there are none', json: '{"managedFields":[]}', text: '{"managedFields":[]}' },
    {
      what: 'stay where they are of another type',
      json: '{"managedFields":{"a":1}}',
      text: '{"managedFields":{"a":1}}',
    },
    {
      what: 'are not seen in a string',
      json: JSON.stringify({ note: '{"managedFields":[{"a":1}]}' }),
      text: JSON.stringify({ note: '{"managedFields":[{"a":1}]}' }),
    },
    {
      what: 'are those of the first object, no more',
      json: '{"managedFields":[1],"old":{"managedFields":[2]}}',
      text: '{"managedFields":[],"old":{"managedFields":[2]}}',
    },
    { what: 'that never end stay no JSON', json: '{"managedFields":[{"a":1}', text: '{"managedFields":[}' },
    {
      what: 'may be full of characters',
      json: '{"managedFields":["ä€😀"],"b":"ä€😀"}',
      text: '{"managedFields":[],"b":"ä€😀"}',
    },
  ])('$what', ({ json, text }) => {
    expect(textOf(json)).toBe(text);
  });

  test('do not matter to the rest, wherever they stand', () => {
    const anywhere = fc.tuple(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anywhere, ([before, managedFields, after]) => {
        fc.pre(!JSON.stringify([before, after]).includes('managedFields'));
        const json = JSON.stringify({ before, metadata: { managedFields }, after });
        const expected = JSON.stringify({ before, metadata: { managedFields: [] }, after });
        expect(JSON.stringify(JSON.parse(textOf(json) ?? 'null'))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
