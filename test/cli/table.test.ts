import { describe, expect, test } from '@jest/globals';
import { createProgress } from '../../src/cli/progress.ts';
import { printable } from '../../src/cli/style.ts';
import { tableLines, wrapped } from '../../src/cli/table.ts';

describe('tableLines', () => {
  test('makes columns as wide as their widest cell, colours not counted', () => {
    const rows = [['a', 'long', 'last'], ['\u001b[32mwide\u001b[39m', 'b', 'x'], ['only']];
    expect(tableLines(rows)).toEqual(['a     long  last', '\u001b[32mwide\u001b[39m  b     x', 'only']);
  });
});

describe('wrapped', () => {
  test.each([
    ['one two three', 8, ['one two', 'three']],
    ['short', 80, ['short']],
    ['averylongword x', 4, ['averylongword', 'x']],
    ['', 10, ['']],
  ])('breaks %j at %i', (text, width, lines) => {
    expect(wrapped(text, width)).toEqual(lines);
  });
});

describe('printable', () => {
  test('shows control characters instead of obeying them', () => {
    expect(printable('a\u001b[2Jb\tc\u202e')).toBe('a\\u{1b}[2Jb\tc\\u{202e}');
  });
});

describe('createProgress', () => {
  test('rewrites one line now and then, cut to the terminal, and takes it away', () => {
    const written: string[] = [];
    let time = 0;
    const progress = createProgress(
      { isTTY: true, columns: 12, write: (text) => written.push(text) },
      () => time,
    );
    for (time = 1000; time < 1300; time += 50) progress.at((time - 1000) / 50, 100, 'reading a.yaml');
    progress.done();
    progress.done();
    expect(written).toEqual([
      '\r\u001b[K0/100 readi',
      '\r\u001b[K2/100 readi',
      '\r\u001b[K4/100 readi',
      '\r\u001b[K',
    ]);
  });

  test.each([
    ['nobody watches', false, 100],
    ['there is little to do', true, 10],
  ])('is silent where %s', (_why, isTTY, of) => {
    const written: string[] = [];
    const progress = createProgress({ isTTY, columns: 80, write: (text) => written.push(text) }, () => 1000);
    progress.at(0, of, 'x');
    progress.done();
    expect(written).toEqual([]);
  });
});
