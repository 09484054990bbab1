import { expect, test } from '@jest/globals';
import { obstacles } from './requirements.ts';

test('obstacles says that a node needs Linux', () => {
  expect(obstacles({ platform: 'darwin', uid: 0 })).toEqual(['a node runs containers, which needs Linux']);
});

test('obstacles says that a node needs root', () => {
  expect(obstacles({ platform: 'linux', uid: 1000 })[0]).toMatch(/needs root: run it with sudo/);
});

test('obstacles names the packages of the programs that are missing', () => {
  const [found] = obstacles({ platform: 'linux', uid: 0, path: '' });
  expect(found).toMatch(
    /^programs are missing: apt-get install .*\bbusybox-static\b.*\bconntrack\b.*\brunc\b/,
  );
});
