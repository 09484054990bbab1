import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reviewText } from '../../src/http/review-text.ts';

const textOf = (json: string) => reviewText(Buffer.from(json));

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
        expect(JSON.stringify(JSON.parse(textOf(json)))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
