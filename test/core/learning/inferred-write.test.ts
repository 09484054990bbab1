import { describe, expect, test } from '@jest/globals';
import { INFERRED_PATTERNS } from '../../../src/core/learning/inferred-patterns.ts';
import { inferredWrite } from '../../../src/core/learning/inferred-write.ts';

describe('inferredWrite', () => {
  test.each(INFERRED_PATTERNS)('reads the line of the pattern $name by it', ({ name, seen }) => {
    expect(inferredWrite(seen)).toMatchObject({ shape: name });
  });

  test.each([
    'Failed to create /srv/app/x: Permission denied',
    'Failed to write /srv/app/x: No space left on device',
    'Failed to open /etc/app.conf: No such file or directory',
    "mkdir: cannot create directory '/tmp/x': File exists",
    'Failed to connect to 10.0.0.1',
    'cannot create a new session for user bob',
  ])('infers nothing from %s', (line) => {
    expect(inferredWrite(line)).toBeUndefined();
  });

  test('takes a missing parent for what a read-only root leaves behind', () => {
    expect(
      inferredWrite("touch: cannot touch '/home/app/.local/x': No such file or directory"),
    ).toMatchObject({
      path: '/home/app/.local/x',
    });
  });
});
