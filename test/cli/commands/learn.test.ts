import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { runCli } from '../run-cli.ts';

const LOG = [
  'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
  'open /proc/sys/x: Read-only file system',
  'open /app.log: read-only file system',
  'open /usr/bin/x: read-only file system',
  'mkdir wal: read-only file system',
  'Could not lock /srv/q/app.lock',
  'mkdir: cannot create directory ‘/srv/certs’: File exists',
].join('\n');

describe('learn', () => {
  test('tells each failed write, what it means and its line, then what to mount', async () => {
    const { exitCode, stdout } = await runCli(['learn'], { stdin: LOG, columns: 60 });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`write      /var/cache/nginx/client_temp
           mount /var/cache/nginx
           nginx: [emerg] mkdir() "/var/cache/nginx/client_…

elsewhere  /proc/sys/x
           is in a file system of the kernel, whatever the
           root is
           open /proc/sys/x: Read-only file system

write      /app.log
           no volume can be mounted for the file /app.log:
           set the program's path for it, or the container's
           workingDir, to a writable directory; else exempt
           the image
           open /app.log: read-only file system

write      /usr/bin/x
           /usr/bin would hide the image's programs and
           libraries; list the directory below it, move the
           write with a variable (HOME, TMPDIR), or exempt
           the image
           open /usr/bin/x: read-only file system

write      wal
           a relative path: tell the working directory with
           --working-dir
           mkdir wal: read-only file system

maybe      /srv/q/app.lock
           mount /srv/q
           Could not lock /srv/q/app.lock

trouble    /srv/certs
           a file of the run before is still there: an
           emptyDir outlives a container restart, where one
           is mounted there
           mkdir: cannot create directory ‘/srv/certs’: Fil…

To be mounted:
  /var/cache/nginx
Where that is not enough, maybe:
  /srv/q
`);
  });

  test('prints the same as JSON and as YAML', async () => {
    const json = await runCli(['learn', '-o', 'json'], { stdin: LOG });
    const yaml = await runCli(['learn', '-o', 'yaml'], { stdin: LOG });
    const want = JSON.parse(json.stdout);
    expect(want).toMatchObject({
      evidence: [
        {
          kind: 'write',
          path: '/var/cache/nginx/client_temp',
          directory: '/var/cache/nginx',
          strength: 'named',
        },
        { kind: 'not-about-root', because: 'kernel-file-system' },
        { kind: 'root-level-file', path: '/app.log' },
        { kind: 'write', path: '/usr/bin/x' },
        { kind: 'pathless', relative: 'wal' },
        { kind: 'write', strength: 'inferred' },
        { kind: 'mount-trouble', cause: 'stale-file' },
      ],
      mount: ['/var/cache/nginx'],
      maybe: ['/srv/q'],
      blocked: [{ path: '/app.log' }, { path: '/usr/bin' }],
    });
    expect(parse(yaml.stdout)).toEqual(want);
  });

  test('makes a profile of an image', async () => {
    const { exitCode, stdout } = await runCli(
      ['learn', 'app.log', '-o', 'profile', '--image', 'ghcr.io/team/app:1.2'],
      {
        files: { 'app.log': LOG },
      },
    );
    expect(exitCode).toBe(0);
    expect(parse(stdout)).toMatchObject({
      kind: 'ClusterWritablePathProfile',
      spec: { image: { repository: 'ghcr.io/team/app' }, paths: [{ path: '/var/cache/nginx' }] },
    });
  });

  test('makes no profile where the log names nothing to mount', async () => {
    const input = { stdin: 'ready\n' };
    const { exitCode, stdout, stderr } = await runCli(
      ['learn', '-', '-o', 'profile', '--image', 'a/b'],
      input,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('there is no profile to make of it');
  });

  test("resolves relative paths, and leaves alone what fails in the pod's own volumes", async () => {
    const flags = ['--working-dir', '/loki', '--mount', '/data', '--mount', '/cache'];
    const stdin = `mkdir wal: read-only file system\nopen /data/x: read-only file system\n`;
    const { stdout } = await runCli(['learn', '-o', 'json', ...flags], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({
      evidence: [{ path: '/loki/wal' }, { kind: 'not-about-root', because: 'declared-mount' }],
      mount: ['/loki/wal'],
    });
  });

  test('reads what kubectl logs prints with timestamps and pod names', async () => {
    const stdin = [
      '[pod/web-5c9f7d/app] 2026-11-26T22:00:00.000000000Z open /var/lib/app/state.db: read-only file system',
      '[pod/web-5c9f7d/app] 2026-11-26T22:00:01.000000000Z {"level":"error","msg":"mkdir /run/app: read-only file system"}',
    ].join('\r\n');
    const { stdout } = await runCli(['learn', '-o', 'json'], { stdin });
    expect(JSON.parse(stdout).mount).toEqual(['/var/lib/app', '/run/app']);
  });

  test('says so where the log tells nothing', async () => {
    const { exitCode, stdout } = await runCli(['learn', '-'], { stdin: 'ready\n' });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'The log tells of no write that a read-only root would make fail.\n',
    });
  });

  test("lets no log write control characters to a person's terminal", async () => {
    const stdin = 'open /srv/\u009b31m/x.db: read-only file system\n';
    const { stdout } = await runCli(['learn', '-', '--color', 'never'], { stdin });
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test.each([
    { argv: ['learn'], problem: 'nothing to read: name a file, or pipe a log in' },
    { argv: ['learn', 'no.log'], problem: 'there is no file no.log' },
    { argv: ['learn', '.'], problem: '. is a folder: name the file of one log' },
    { argv: ['learn', '-', '--mount', 'data'], problem: '--mount takes an absolute path, and not data' },
    { argv: ['learn', '-', '-o', 'profile'], problem: 'a profile is for an image: name it with --image' },
    { argv: ['learn', '-', '-o', 'profile', '--image', 'A:'], problem: '--image: ' },
  ])('refuses $argv', async ({ argv, problem }) => {
    const { exitCode, stdout, stderr } = await runCli(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(problem);
  });
});
