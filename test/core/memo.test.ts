import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseImage } from '../../src/core/image/reference.ts';
import { remembering } from '../../src/core/memo.ts';

const counting = (limit?: number) => {
  const asked: string[] = [];
  const recall = remembering((text) => {
    asked.push(text);
    return text.length;
  }, limit);
  return { asked, recall };
};

test('a remembered answer is that of the function, whatever was asked before', () => {
  const text = fc.oneof(fc.constantFrom('nginx', 'nginx:1', 'a/b', 'A', '', '__proto__'), fc.string());
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (texts, limit) => {
      const recall = remembering(parseImage, limit);
      for (const each of texts) expect(recall(each)).toEqual(parseImage(each));
    }),
    { numRuns: 1_000 },
  );
});

test('asks once for each text', () => {
  const { asked, recall } = counting();
  expect([recall('nginx'), recall('redis'), recall('nginx')]).toEqual([5, 5, 5]);
  expect(asked).toEqual(['nginx', 'redis']);
});

test('holds no more than its limit, and nothing that is very long', () => {
  const { asked, recall } = counting(2);
  for (const text of ['a', 'b', 'c', 'c', 'a']) recall(text);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
  const long = 'x'.repeat(10_000);
  recall(long);
  recall(long);
  expect(asked.filter((text) => text === long)).toHaveLength(2);
});
