import { expect, test } from '@jest/globals';
import { clueApplies, PATH_CLUES } from '../../../src/core/learning/path-clues.ts';
import { pathSpans } from '../../../src/core/learning/path-spans.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';

test.each(PATH_CLUES)('the clue $name applies to a path of its own line', (clue) => {
  expect(pathSpans(clue.seen).filter((span) => clueApplies(clue, clue.seen, span))).toHaveLength(1);
});

test.each(PATH_CLUES.filter(({ weight }) => weight === undefined))(
  'the clue $name rules its path out',
  (clue) => {
    const ruledOut = pathSpans(clue.seen).find((span) => clueApplies(clue, clue.seen, span))?.path;
    expect(readLog(clue.seen).flatMap((one) => ('path' in one ? [one.path] : []))).not.toContain(ruledOut);
  },
);
