import { describe, expect, test } from '@jest/globals';
import { contentOf, mayBeEmpty } from '../../../src/core/healing/content.ts';
import { pathsToAdd } from '../../../src/core/learning/paths-to-add.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { pathWith } from '../catalog/any-profile.ts';

const FACTS = { readOnlyRoot: true, failing: true, mounts: [], ours: [] };

describe('contentOf', () => {
  test.each([
    {
      what: 'a file in a directory that is there',
      line: 'open /srv/app/state: read-only file system',
      path: '/srv/app',
      content: 'Copy',
    },
    {
      what: 'a directory that is not there',
      line: "mkdir: can't create directory '/opt/late': Read-only file system",
      path: '/opt/late',
      content: 'Empty',
    },
    {
      what: 'a directory below the one that is mounted',
      line: "mkdir: cannot create directory '/var/lib/x/y': Read-only file system",
      path: '/var/lib/x',
      content: 'Copy',
    },
    {
      what: 'a directory whose owner is to be changed',
      line: "chown: changing ownership of '/var/lib/x': Read-only file system",
      path: '/var/lib/x',
      content: 'Copy',
    },
    { what: 'temporary files', line: 'open /tmp/x: read-only file system', path: '/tmp', content: 'Empty' },
    {
      what: 'a pid file',
      line: 'open /var/run/x.pid: read-only file system',
      path: '/var/run',
      content: 'Empty',
    },
  ])('begins with the right content for $what', ({ line, path, content }) => {
    const [found] = pathsToAdd(readLog(line), FACTS).add;
    expect(found?.path).toBe(path);
    if (found !== undefined) expect(contentOf(found.path, found.evidence)).toBe(content);
  });

  test('copies where nothing is known', () => {
    expect(contentOf(pathWith('/srv').path)).toBe('Copy');
  });
});

describe('mayBeEmpty', () => {
  test.each(['/tmp', '/run/x', '/var/log/app', '/var/cache', '/app/.cache', '/app/tmp'])(
    'allows %s',
    (path) => {
      expect(mayBeEmpty(pathWith(path))).toBe(true);
    },
  );

  test.each(['/srv', '/var/lib/app', '/app'])('does not allow %s', (path) => {
    expect(mayBeEmpty(pathWith(path))).toBe(false);
  });

  test('allows no data outside the usual places', () => {
    expect(mayBeEmpty(pathWith('/app/tmp', { class: 'Data' }))).toBe(false);
  });
});
