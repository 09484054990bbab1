import { describe, expect, test } from '@jest/globals';
import { memoryText, NO_MEMORY, readMemory, remember } from '../../../src/core/healing/memory.ts';

const AT = Date.parse('2026-11-23T09:00:00Z');

describe('memory', () => {
  test('is written as JSON, and read again', () => {
    const memory = remember(remember(NO_MEMORY, 'deployment/web', { attempts: 2, at: AT }), 'job/a', {
      exonerated: true,
      at: AT,
    });
    const text = memoryText(memory);
    expect(text).toBe(
      '{"deployment/web":{"attempts":2,"at":"2026-11-23T09:00:00Z"},"job/a":{"attempts":0,"exonerated":true,"at":"2026-11-23T09:00:00Z"}}',
    );
    expect(readMemory(text)).toEqual(memory);
  });

  test.each([undefined, 7, '', 'no JSON', '[]', '{"a":7}'])('forgets what cannot be read: %p', (value) => {
    expect(readMemory(value)).toEqual(NO_MEMORY);
  });

  test('takes no numbers and flags that are none', () => {
    expect(readMemory('{"a":{"attempts":"2","exonerated":1,"returning":"yes","at":"never"}}')).toEqual(
      new Map([['a', { attempts: 0, at: 0 }]]),
    );
  });

  test('has no text where nothing is to be remembered', () => {
    expect(memoryText(remember(NO_MEMORY, 'deployment/web', { attempts: 0, at: AT }))).toBeUndefined();
  });

  test('keeps the sixteen workloads that were looked after last', () => {
    const memory = new Map(
      Array.from(
        { length: 20 },
        (_, index) => [`job/${index}`, { attempts: 1, at: AT + index * 1000 }] as const,
      ),
    );
    const kept = [...readMemory(memoryText(memory)).keys()];
    expect(kept.length).toBe(16);
    expect(kept).not.toContain('job/3');
    expect(kept).toContain('job/4');
  });
});
