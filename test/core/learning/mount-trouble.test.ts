import { describe, expect, test } from '@jest/globals';
import { mountTrouble } from '../../../src/core/learning/mount-trouble.ts';
import { ourTrouble } from '../../../src/core/learning/our-trouble.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { TROUBLE_PATTERNS } from '../../../src/core/learning/trouble-patterns.ts';
import { containerPaths } from './case-lines.ts';

describe('mountTrouble', () => {
  test.each(TROUBLE_PATTERNS)('reads the line of the pattern $name by it', ({ name, seen, cause }) => {
    expect(mountTrouble(seen)).toMatchObject({ shape: name, cause });
  });

  test.each(['listen tcp :8080: bind: address already in use', 'user not found: no such file or directory'])(
    'makes nothing of %s, which names no path',
    (line) => {
      expect(mountTrouble(line)).toBeUndefined();
    },
  );
});

describe('ourTrouble', () => {
  test.each([
    { ours: ['/run'], line: 'Missing privilege separation directory: /run/sshd', causes: ['hidden-content'] },
    {
      ours: ['/var/run'],
      line: 'Missing privilege separation directory: /run/sshd',
      causes: ['hidden-content'],
    },
    { ours: ['/tmp'], line: 'Missing privilege separation directory: /run/sshd', causes: [] },
    { ours: ['/app'], line: 'open /app/state: is a directory', causes: ['file-wanted'] },
    { ours: ['/data'], line: 'another process is running', causes: ['stale-file'] },
    { ours: ['/data'], line: '/data must be rwx------ (700)', causes: ['refused-mode'] },
    { ours: ['/data'], line: '/data must have mode 0700', causes: ['refused-mode'] },
    { ours: ['/data'], line: '/data must be 07001 blocks', causes: [] },
    { ours: [], line: 'another process is running', causes: [] },
  ])('with volumes at $ours finds $causes in $line', ({ ours, line, causes }) => {
    const trouble = ourTrouble(readLog(line), containerPaths(...ours));
    expect(trouble.map(({ cause }) => cause)).toEqual(causes);
  });
});
