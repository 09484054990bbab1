import { expect, test } from '@jest/globals';
import { PATH_SLOTS } from '../../../src/core/learning/path-slots.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { containerPath } from './case-lines.ts';

test.each(PATH_SLOTS)('the slot $name reads its own line', ({ name, seen }) => {
  expect(readLog(seen, { workingDir: containerPath('/srv/app') })).toMatchObject([
    { kind: 'write', shape: name, strength: 'named' },
  ]);
});
