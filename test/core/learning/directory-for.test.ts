import { describe, expect, test } from '@jest/globals';
import { directoryFor } from '../../../src/core/learning/directory-for.ts';
import type { FailingCall, Strength } from '../../../src/core/learning/evidence.ts';
import { containerPath } from './case-lines.ts';

const rows: { path: string; call: FailingCall; want: string; why: string; strength?: Strength }[] = [
  { path: '/run/nginx.pid', call: 'write-file', want: '/run', why: 'a file gives its directory' },
  { path: '/var/lib/app/data', call: 'write-file', want: '/var/lib/app', why: 'a file gives its directory' },
  { path: '/tmp/a/b/c', call: 'make-directory', want: '/tmp', why: '/tmp is mounted as a whole' },
  { path: '/var/tmp/x', call: 'unknown', want: '/var/tmp', why: '/var/tmp is mounted as a whole' },
  {
    path: '/var/cache/nginx/client_temp',
    call: 'make-directory',
    want: '/var/cache/nginx',
    why: "a program's own state directory serves its next directories too",
  },
  { path: '/var/lib/app', call: 'make-directory', want: '/var/lib/app', why: 'its parent is shared by all' },
  { path: '/run/cups', call: 'make-directory', want: '/run/cups', why: 'its parent is shared by all' },
  {
    path: '/var/run/samba/msg.lock',
    call: 'make-directory',
    want: '/var/run/samba',
    why: '/var/run is /run',
  },
  { path: '/app/cache', call: 'make-directory', want: '/app/cache', why: 'its parent may hold the program' },
  { path: '/loki', call: 'make-directory', want: '/loki', why: 'a directory below / can be mounted' },
  { path: '/app/bundler20240702-39-36ub', call: 'make-directory', want: '/app', why: 'the name is random' },
  { path: '/srv/tmpkbujertj', call: 'unknown', want: '/srv', why: 'the name is random' },
  {
    path: '/var/spool/cups',
    call: 'change-attributes',
    want: '/var/spool/cups',
    why: 'chown names the directory',
  },
  {
    path: '/var/spool/cups/tmp',
    call: 'change-attributes',
    want: '/var/spool/cups',
    why: 'chown -R names its parent later',
  },
  { path: '/srv/app/.bash_logout', call: 'change-attributes', want: '/srv/app', why: 'the name is a file' },
  { path: '/srv/www/logs', call: 'use-directory', want: '/srv/www/logs', why: 'the words say directory' },
  { path: '/run/app/app.pid', call: 'use-directory', want: '/run/app', why: 'no directory is called x.pid' },
  { path: '/app/logs', call: 'unknown', want: '/app/logs', why: 'a name without extension is a directory' },
  { path: '/app/logs/app.log.1', call: 'unknown', want: '/app/logs', why: 'the name has an extension' },
  { path: '/etc/nginx/conf.d', call: 'unknown', want: '/etc/nginx/conf.d', why: '.d is for directories' },
  {
    path: '/root/go/pkg/mod/cache/download/x/@v/v1.mod12.tmp',
    call: 'write-file',
    want: '/root/go/pkg',
    why: 'a cache moves files between its directories',
  },
  {
    path: '/home/app/.npm/_cacache/tmp/fe12d06d',
    call: 'write-file',
    want: '/home/app/.npm',
    why: 'a cache moves files between its directories',
  },
  {
    path: '/root/.cache',
    call: 'make-directory',
    want: '/root/.cache',
    why: 'it is no cache of one program',
  },
  { path: '/root/.kube/config', call: 'unknown', want: '/root/.kube', why: 'that config is a file' },
  { path: '/app/config', call: 'unknown', want: '/app/config', why: 'that config is a directory' },
  { path: '/app.log', call: 'write-file', want: '/', why: 'only a mount at / would help' },
  {
    path: '/8c5dcc4d0403a63e7022d9f3171fa074ff9b989d.php',
    call: 'unknown',
    want: '/',
    why: 'only a mount at / would help',
  },
  {
    path: '/srv/3f2a8c1e-7b1d-4a55-9a53-0c2f1b6d9e11/state/x',
    call: 'make-directory',
    want: '/srv',
    strength: 'inferred',
    why: 'an inferred path may have a random parent',
  },
  {
    path: '/nix/store/kyhhm0yx0h7c-20240301123456/lib/kcl',
    call: 'make-directory',
    want: '/nix/store/kyhhm0yx0h7c-20240301123456/lib/kcl',
    why: 'EROFS proves that all parents are in the image',
  },
];

describe('directoryFor', () => {
  test.each(rows)('gives $want for $path ($call): $why', ({ path, call, want, strength }) => {
    expect(directoryFor({ path: containerPath(path), call, strength: strength ?? 'named' })).toBe(want);
  });
});
