import { expect, test } from '@jest/globals';
import { codeDirectoryOf } from '../../../src/core/healing/code-directory.ts';

test.each([
  {
    what: 'Python',
    log: '  File "/usr/lib/python3/dist-packages/flask/app.py", line 2, in wsgi\n  File "/app/app.py", line 7, in db',
    want: '/app',
  },
  {
    what: 'Node',
    log: '    at open (/srv/web/server.js:12:3)\n    at x (node:internal/fs:1:2)',
    want: '/srv/web',
  },
  { what: 'Node modules', log: '    at open (file:///srv/web/main.mjs:12:3)', want: '/srv/web' },
  { what: 'Ruby', log: "/app/lib/x.rb:12:in 'open'", want: '/app/lib' },
  {
    what: 'Perl',
    log: 'Cannot open hits.db: Read-only file system at /opt/app/d.pl line 3.',
    want: '/opt/app',
  },
  {
    what: 'PHP',
    log: 'PHP Warning: fopen() failed in /var/www/html/index.php on line 2',
    want: '/var/www/html',
  },
  {
    what: 'libraries only',
    log: '  File "/usr/local/lib/python3.12/site-packages/x/y.py", line 2, in z',
    want: undefined,
  },
  {
    what: 'a directory that must not be mounted',
    log: '  File "/usr/bin/tool.py", line 2, in z',
    want: undefined,
  },
  { what: 'nothing', log: 'ready', want: undefined },
])('codeDirectoryOf finds where the code lies by stack traces of $what', ({ log, want }) => {
  expect(codeDirectoryOf(log)).toBe(want);
});
