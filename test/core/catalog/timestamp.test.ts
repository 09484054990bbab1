import { describe, expect, test } from '@jest/globals';
import { parseTimestamp } from '../../../src/core/catalog/timestamp.ts';

describe('parseTimestamp', () => {
  test.each([
    { text: '1970-01-01T00:00:00Z', time: 0 },
    { text: '1970-01-01T00:00:01.5Z', time: 1500 },
    { text: '1970-01-01T01:00:00+01:00', time: 0 },
    { text: '2024-02-29T00:00:00Z', time: Date.UTC(2024, 1, 29) },
    { text: '2027-01-31T12:00:00.123456789Z', time: Date.UTC(2027, 0, 31, 12, 0, 0, 123) },
  ])('reads $text', ({ text, time }) => {
    expect(parseTimestamp(text)).toBe(time);
  });

  test.each([
    { text: '' },
    { text: 'tomorrow' },
    { text: '2027-01-31' },
    { text: '2027-01-31T12:00:00' },
    { text: '2027-01-31 12:00:00Z' },
    { text: '2027-02-30T00:00:00Z' },
    { text: '2025-02-29T00:00:00Z' },
    { text: '2027-13-01T00:00:00Z' },
    { text: '2027-00-01T00:00:00Z' },
    { text: '2027-01-01T24:00:00Z' },
    { text: '2027-01-01T00:60:00Z' },
    { text: '1767225600' },
  ])('refuses $text', ({ text }) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
