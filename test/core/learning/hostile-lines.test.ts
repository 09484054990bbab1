import { describe, expect, test } from '@jest/globals';
import { EROFS_PATTERNS } from '../../../src/core/learning/erofs-patterns.ts';
import { INFERRED_PATTERNS } from '../../../src/core/learning/inferred-patterns.ts';
import { NOT_ERRORS } from '../../../src/core/learning/not-an-error.ts';
import { PATH_CLUES } from '../../../src/core/learning/path-clues.ts';
import { PATH_SLOTS } from '../../../src/core/learning/path-slots.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { TROUBLE_PATTERNS } from '../../../src/core/learning/trouble-patterns.ts';

const LENGTH = 65_536;
const TABLES = { EROFS_PATTERNS, INFERRED_PATTERNS, NOT_ERRORS, PATH_CLUES, PATH_SLOTS, TROUBLE_PATTERNS };
const TOKENS = [
  'a',
  ' ',
  '/',
  "'",
  '"',
  '(',
  ': ',
  '-',
  '0',
  ', ',
  '\\',
  '\\n',
  '\n',
  '.',
  'a ',
  ' /a',
  '‘',
  '{',
  '<',
];

const ROWS = Object.entries(TABLES).flatMap(([table, rows]) =>
  rows.map(({ name, seen }) => ({ name: `${table} ${name}`, text: seen })),
);
const PIECES = TOKENS.map((text) => ({ name: JSON.stringify(text), text }));

/** A line that a log's writer may make up to keep us busy: where a pattern is not linear, it does not end. */
function hostileLine(text: string): string {
  return `${text.repeat(Math.ceil(LENGTH / text.length))}: Read-only file system`;
}

describe('readLog on lines made to keep it busy', () => {
  test.each([...PIECES, ...ROWS])('reads 64 KiB of $name', ({ text }) => {
    expect(readLog(hostileLine(text)).length).toBeLessThanOrEqual(256);
  });
});
