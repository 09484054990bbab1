import { describe, expect, test } from '@jest/globals';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { diffText } from '../../../src/cli/output/diff-text.ts';
import { type Edit, edited } from '../../../src/cli/yaml/place.ts';

const plain = (_format: unknown, text: string): string => text;

function diffOf(text: string, edits: readonly Edit[]): string {
  const source = { name: './in/web.yaml', relative: 'web.yaml', text };
  return diffText([{ source, text: edited(text, edits), edits }], plain);
}

const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });
const LINES = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join('');

describe('diffText', () => {
  test.each([
    [
      'lines within a text',
      'a\nb\nc\nd\ne\nf\n',
      [insert(8, 'new\n')],
      '@@ -2,5 +2,6 @@\n b\n c\n d\n+new\n e\n f\n',
    ],
    ['a changed line', 'a\nbee\n', [{ start: 3, end: 5, text: 'at' }], '@@ -1,2 +1,2 @@\n a\n-bee\n+bat\n'],
    ['lines at the end', 'a\n', [insert(2, 'b\n')], '@@ -1,1 +1,2 @@\n a\n+b\n'],
    [
      'lines at the end of a text whose last line does not end',
      'a\nb',
      [insert(3, '\nc')],
      '@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n\\ No newline at end of file\n',
    ],
    [
      'lines before a last line that does not end',
      'a\nb',
      [insert(0, 'new\n')],
      '@@ -1,2 +1,3 @@\n+new\n a\n b\n\\ No newline at end of file\n',
    ],
    [
      'nothing where an edit says what is there',
      'a\nb\n',
      [{ start: 0, end: 1, text: 'a' }, insert(4, 'c\n')],
      '@@ -1,2 +1,3 @@\n a\n b\n+c\n',
    ],
    [
      'changes that are near in one hunk, and those that are not in two',
      LINES,
      [
        insert(0, 'first\n'),
        insert(LINES.indexOf('line 7'), 'near\n'),
        insert(LINES.indexOf('line 19'), 'far\n'),
      ],
      '@@ -1,9 +1,11 @@\n+first\n line 1\n line 2\n line 3\n line 4\n line 5\n line 6\n+near\n line 7\n line 8\n line 9\n@@ -16,5 +18,6 @@\n line 16\n line 17\n line 18\n+far\n line 19\n line 20\n',
    ],
  ])('shows %s', (_what, text, edits, hunks) => {
    expect(diffOf(text, edits)).toBe(`--- a/in/web.yaml\n+++ b/in/web.yaml\n${hunks}`);
  });

  test('is empty where nothing has changed', () => {
    expect(diffOf('a\n', [])).toBe('');
  });

  test('makes of the old text the new one, whatever the edits', () => {
    const line = fc.constantFrom('a', 'b', 'c', '');
    const anyText = fc.tuple(fc.array(line, { maxLength: 30 }), fc.boolean());
    const anyEdit = fc.record({
      at: fc.nat(),
      length: fc.nat(3),
      text: fc.constantFrom('', 'x', 'x\n', '\n', 'y\nx\n', 'a'),
    });
    fc.assert(
      fc.property(anyText, fc.array(anyEdit, { maxLength: 6 }), ([lines, ended], wanted) => {
        const text = lines.join('\n') + (ended && lines.length > 0 ? '\n' : '');
        const edits = apart(
          wanted.map(({ at, length, text: value }) => {
            const start = at % (text.length + 1);
            return { start, end: Math.min(text.length, start + length), text: value };
          }),
        );
        const result = edited(text, edits);
        const diff = diffOf(text, edits);
        expect(diff === '' ? text : applyPatch(text, diff)).toBe(result);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Edits must not overlap. */
function apart(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    const last = kept.at(-1);
    if (last === undefined || edit.start > last.end) kept.push(edit);
  }
  return kept;
}
