import { expect, test } from '@jest/globals';
import { ALL_EROFS_PATTERNS, erofsSightings } from '../../../src/core/learning/erofs-sightings.ts';
import { EROFS_TRANSLATIONS } from '../../../src/core/learning/erofs-translations.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';

test.each(ALL_EROFS_PATTERNS)('the pattern $name reads its own line', ({ name, seen }) => {
  expect(erofsSightings(seen).map(({ pattern }) => pattern.name)).toContain(name);
});

test.each(ALL_EROFS_PATTERNS.filter(({ implies }) => implies !== undefined))(
  'the pattern $name tells where the program writes',
  ({ name, seen }) => {
    expect(readLog(seen)).toMatchObject([{ kind: 'pathless', shape: name }]);
  },
);

test.each(EROFS_TRANSLATIONS)('erofsSightings reads $text ($locale)', ({ text }) => {
  expect(readLog(`app: '/srv/app/state.db': ${text}`)).toMatchObject([
    { path: '/srv/app/state.db', strength: 'named' },
  ]);
});

test.each([
  { text: 'OSError: [Errno 30] Read-only file system', count: 1 },
  { text: 'Error: EROFS: read-only file system, open', count: 1 },
  { text: 'Read-only file system (os error 30)', count: 1 },
  { text: 'Read-only file system @ rb_sysopen - /x (Errno::EROFS)', count: 2 },
  { text: 'read-only root, file, system', count: 0 },
  { text: 'error 30 seconds', count: 0 },
  { text: 'snapshotter.v1.erofs', count: 0 },
])('erofsSightings finds $count in $text', ({ text, count }) => {
  expect(erofsSightings(text)).toHaveLength(count);
});
