import { describe, expect, test } from '@jest/globals';
import { pathSpans } from '../../../src/core/learning/path-spans.ts';

describe('pathSpans', () => {
  test.each([
    { text: 'open /a/b: x', paths: ['/a/b'] },
    { text: "open '/a/my file.txt': x", paths: ['/a/my file.txt'] },
    { text: 'open "/a/it\'s": x', paths: ["/a/it's"] },
    { text: 'cp: „/a/b“ → «/c/d»', paths: ['/a/b', '/c/d'] },
    { text: '無法建立「/a/b」：唯讀', paths: ['/a/b'] },
    { text: 'cp: /a/my\\ file: x', paths: ['/a/my file'] },
    { text: '[/a/b] (/c/d), {/e/f}; <//g//h/>', paths: ['/a/b', '/c/d', '/e/f', '/g/h'] },
    { text: 'dir=/a/b path:/c/d.', paths: ['/a/b', '/c/d'] },
    { text: 'at https://example.org/a/b and tcp://x/y', paths: [] },
    {
      text: 'unix:///run/a.sock file:/b/c jdbc:h2:/d/e sqlite:////f/g.db',
      paths: ['/run/a.sock', '/b/c', '/d/e', '/f/g.db'],
    },
    { text: 'and/or I/O 2024/03/01 ./a ../b ~/c application/json', paths: [] },
    { text: '"/bin/sh -c true"', paths: ['/bin/sh'] },
    { text: '"/a/b: read-only file system"', paths: ['/a/b'] },
    { text: '/x/y.rb:12:in', paths: ['/x/y.rb'] },
    { text: '/var/lib/dpkg/info/libc6:amd64.list: x', paths: ['/var/lib/dpkg/info/libc6'] },
    { text: 'open /: x, a / b', paths: ['/'] },
    { text: '/a/../../b/./c', paths: ['/b/c'] },
  ])('finds $paths in $text', ({ text, paths }) => {
    expect(pathSpans(text).map(({ path }) => path)).toEqual(paths);
  });

  test.each([
    { text: '/a/b/', spelling: 'directory' },
    { text: '/a/b', spelling: 'plain' },
    { text: "'/a/2024-03-01T10:00:00.log'", spelling: 'file' },
  ])('reads $text as $spelling', ({ text, spelling }) => {
    expect(pathSpans(text)).toMatchObject([{ spelling }]);
  });
});
