import { expect, test } from '@jest/globals';
import { erofsSightings } from '../../../src/core/learning/erofs-sightings.ts';
import { NOT_ERRORS, notAnError } from '../../../src/core/learning/not-an-error.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';

test.each(NOT_ERRORS)('the row $name reads its own line', ({ name, seen }) => {
  const start = erofsSightings(seen)[0]?.start ?? 0;
  expect(notAnError(seen, start)?.name).toBe(name);
  expect(readLog(seen)).toEqual([]);
});
