import { expect, test } from '@jest/globals';
import { ownDirectories, startDirectory } from '../../../src/core/healing/own-directories.ts';

test.each<{ what: string; report: string; want: readonly string[] }>([
  {
    what: "a service's state and log",
    report: '4\t/var/lib/nsd\n8\t/var/log/exim4\n',
    want: ['/var/lib/nsd', '/var/log/exim4'],
  },
  {
    what: 'what is empty in the image',
    report: '4 /var/lib/job\n4 /var/cache/cups\n4 /app/data\n4 /usr/src/app/log',
    want: ['/var/lib/job', '/var/cache/cups', '/app/data', '/usr/src/app/log'],
  },
  {
    what: 'nothing that every image of a distribution has',
    report:
      '4 /var/lib/misc\n4 /var/cache/ldconfig\n4 /var/log/apt\n4 /var/lib/dpkg/updates\n4 /srv\n4 /opt\n4 /var/cache\n4 /var/log',
    want: [],
  },
  {
    what: 'a directory of its own beside those of the system, unless it is likely code',
    report: '4 /museum\n4 /znc-data\n4 /app\n4 /workspace',
    want: ['/museum', '/znc-data'],
  },
  {
    what: 'nothing of a line of which the kubelet has cut the beginning off',
    report: `2 /srv/large\n${'4 /srv/files\n'.repeat(400)}`.slice(0, 4096),
    want: ['/srv/files'],
  },
  { what: 'the home of a user', report: '16\t/home/dev', want: ['/home/dev'] },
  { what: 'uploads beside the code', report: '4 /app/uploads', want: ['/app/uploads'] },
  {
    what: 'those of an image that a helper copied from',
    report: '4\t/rootlock/image/srv/files',
    want: ['/srv/files'],
  },
  {
    what: 'the directory above several, since a program renames files between them',
    report: '4 /var/spool/postfix/active\n4 /var/spool/postfix/incoming\n4 /var/spool/postfix/private',
    want: ['/var/spool/postfix'],
  },
  { what: 'several homes, each for itself', report: '4 /home/a\n4 /home/b', want: ['/home/a', '/home/b'] },
  {
    what: 'what is writable within code that is not, each for itself',
    report: '4 /var/www/html/dav\n4 /var/www/html/x',
    want: ['/var/www/html/dav', '/var/www/html/x'],
  },
  {
    what: 'neither code nor configuration',
    report: '4 /app\n4 /etc/rabbitmq\n4 /var/www/html\n4 /opt/x\n4 /',
    want: [],
  },
  {
    what: 'nothing of package managers',
    report: '4 /var/cache/apt/archives/partial\n4 /var/lib/apt/lists',
    want: [],
  },
  { what: 'nothing that takes long to copy', report: '65537\t/var/lib/mysql', want: [] },
  {
    what: 'nothing of other last words',
    report: 'cp: /var/lib/x: Permission denied\n/var/lib/y\n-1 /var/lib/z',
    want: [],
  },
])('of a report takes $what', ({ report, want }) => {
  expect(ownDirectories(report)).toEqual(want);
});

test.each([
  { report: '4 /srv/files\nin /usr/src/app', want: '/usr/src/app' },
  { report: '4 /srv/files\nin /', want: undefined },
  { report: '4 /srv/files', want: undefined },
])('reads from $report that the image starts its program in $want', ({ report, want }) => {
  expect(startDirectory(report)).toBe(want);
});
