import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createFolder, runCli, runCliIn } from '../run-cli.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx
`;
const SERVICE = 'apiVersion: v1\nkind:   Service # odd spaces\nmetadata: {name: web}\n';
const BAD = 'kind: "Pod\n';
const UNKNOWN = POD.replace('image: nginx', 'image: quay.io/example/tool:1');

describe('harden', () => {
  test('reads stdin, and writes the manifests to stdout and its reasons to stderr', async () => {
    const { exitCode, stdout, stderr } = await runCli(['harden', '-f', '-'], { stdin: POD });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('readOnlyRootFilesystem: true');
    expect(stderr).toContain('Pod web: hardened  <stdin>:1');
  });

  test('reads stdin where it is a pipe and -f is not given, and asks for files where it is a terminal', async () => {
    expect((await runCli(['harden'], { stdin: POD })).stdout).toContain('readOnlyRootFilesystem: true');
    const { exitCode, stderr } = await runCli(['harden']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'error: nothing to read: name a file or a folder with -f, or pipe manifests in\n',
    });
  });

  test('reads folders to their depth, each file once, and joins them as one stream', async () => {
    const files = {
      'a/one.yaml': POD.trimEnd(),
      'a/b/two.yml': `---\n${SERVICE}`,
      'a/three.json': '{"kind": "X"}',
      'a/note.txt': '{',
      'a/.git/x.yaml': BAD,
    };
    const { exitCode, stdout } = await runCli(['harden', '-q', '-f', 'a', '-f', 'a/one.yaml'], { files });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^---\napiVersion: v1\nkind: {3}Service # odd spaces\nmetadata: \{name: web\}\n---\napiVersion: v1\nkind: Pod\n(?:.|\n)*emptyDir: \{\}\n---\n\{"kind": "X"\}$/,
    );
    expect(stdout.match(/kind: Pod/g)).toHaveLength(1);
  });

  test('passes what it does not change through to the byte', async () => {
    const text = `%YAML 1.1\n---\n${SERVICE}...\n---\r\n\n# last`;
    const { exitCode, stdout } = await runCli(['harden', '-f', '-'], { stdin: text });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: text });
  });

  test('mirrors the input tree below the folder of -o, files that it does not change among them', async () => {
    const files = { 'in/a.yaml': POD, 'in/deep/b.yaml': SERVICE, 'in/values.yaml': 'a: 1\n' };
    const result = await runCli(['harden', '-f', 'in', '-o', 'out/here'], { files });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toBe('');
    expect(result.files).toEqual({
      ...files,
      'out/here/a.yaml': expect.stringContaining('readOnlyRootFilesystem: true'),
      'out/here/deep/b.yaml': SERVICE,
      'out/here/values.yaml': 'a: 1\n',
    });
  });

  test('does not read the output folder of an earlier run', async () => {
    const files = { 'a.yaml': POD, 'out/old.yaml': BAD };
    const result = await runCli(['harden', '-f', '.', '-o', 'out'], { files });
    expect(result.exitCode).toBe(0);
    expect(Object.keys(result.files)).toEqual(['a.yaml', 'out/a.yaml', 'out/old.yaml']);
  });

  test('writes files in place, keeping their rights, and links as links', async () => {
    const folder = createFolder({ 'a.yaml': POD, 'b.yaml': SERVICE });
    chmodSync(join(folder, 'a.yaml'), 0o640);
    symlinkSync('a.yaml', join(folder, 'link.yaml'));
    const { exitCode, stdout, files } = await runCliIn(folder, [
      'harden',
      '--in-place',
      '-f',
      'link.yaml',
      '-f',
      'b.yaml',
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(files).toEqual({
      'a.yaml': expect.stringContaining('readOnlyRootFilesystem: true'),
      'b.yaml': SERVICE,
    });
    expect(statSync(join(folder, 'a.yaml')).mode & 0o777).toBe(0o640);
    const before = files['a.yaml'];
    expect((await runCliIn(folder, ['harden', '-i', '-f', '.'])).files['a.yaml']).toBe(before);
  });

  test('hardens what it can where a document or a file is bad, and loses nothing of the bad ones', async () => {
    const files = { 'a.yaml': `${BAD}---\n${POD}`, 'b.yaml': '\uFEFFkind: [\n', 'c.yaml': POD };
    const result = await runCli(['harden', '-i', '-f', '.'], { files });
    expect(result.exitCode).toBe(1);
    expect(result.files['a.yaml']).toMatch(
      /^kind: "Pod\n---\napiVersion: v1(?:.|\n)*readOnlyRootFilesystem: true/,
    );
    expect(result.files['b.yaml']).toBe(files['b.yaml']);
    expect(result.files['c.yaml']).toContain('readOnlyRootFilesystem: true');
    expect(result.stderr).toContain('a.yaml:1:7: error: the quote " that opens here is never closed');
    expect(result.stderr).toContain('2 workloads: 2 hardened; 2 problems');
  });

  test('copies a tree with its links, and changes a file that a link leads to once', async () => {
    const folder = createFolder({ 'in/b/web.yaml': POD });
    mkdirSync(join(folder, 'in/a'));
    symlinkSync('../b/web.yaml', join(folder, 'in/a/web.yaml'));
    const copied = await runCliIn(folder, ['harden', '-f', 'in', '-f', 'in/b/web.yaml', '-o', 'out']);
    expect(copied.exitCode).toBe(0);
    expect(copied.files['out/a/web.yaml']).toContain('readOnlyRootFilesystem: true');
    expect(copied.files['out/b/web.yaml']).toBe(copied.files['out/a/web.yaml']);
    const scanned = await runCliIn(folder, ['scan', '-f', 'in', '-f', 'in/b']);
    expect(scanned.stdout).toContain('1 container in 1 workload');
    const changed = await runCliIn(folder, ['harden', '-f', 'in', '-i']);
    expect(changed.stderr).toContain('1 workload: 1 hardened');
    expect(readFileSync(join(folder, 'in/b/web.yaml'), 'utf8')).toBe(copied.files['out/b/web.yaml']);
    expect(lstatSync(join(folder, 'in/a/web.yaml')).isSymbolicLink()).toBe(true);
  });

  test('tells of a file that is no UTF-8, and goes on', async () => {
    const folder = createFolder({ 'a.yaml': POD });
    const bytes = Buffer.from('\uFEFFkind: Pod\n', 'utf16le');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'b.yaml'), bytes);
    const { exitCode, stderr, stdout } = await runCliIn(folder, ['harden', '-f', '.']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('b.yaml: error: is not UTF-8 text');
    expect(stdout).toContain('readOnlyRootFilesystem: true');
    expect(readFileSync(join(folder, 'b.yaml'))).toEqual(bytes);
  });

  test('tells of a file that is too large for its memory, and goes on', async () => {
    const large = `# ${'x'.repeat(16 * 1024 * 1024)}\n`;
    const { exitCode, stderr, stdout } = await runCli(['harden', '-f', '.'], {
      files: { 'a.yaml': POD, 'b.yaml': large },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('b.yaml: error: is larger than 16 MiB');
    expect(stderr).toContain('split it into several files');
    expect(stdout).toContain('readOnlyRootFilesystem: true');
  });

  test('prints a diff that names the file as git does, and says why on stderr', async () => {
    const { exitCode, stdout, stderr } = await runCli(
      ['harden', '-f', 'web.yaml', '-f', 's.yaml', '--diff'],
      {
        files: { 'web.yaml': POD, 's.yaml': SERVICE },
      },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^--- a\/web\.yaml\n\+\+\+ b\/web\.yaml\n@@ -2,7 \+2,22 @@\n/);
    expect(stdout).toContain('\n+        readOnlyRootFilesystem: true\n');
    expect(stdout).not.toContain('s.yaml');
    expect(stderr).toContain('+ /var/cache/nginx  request bodies and proxy buffers');
  });

  test.each([
    ['no terminal', {}, [], false],
    ['a terminal', { tty: true }, [], true],
    ['a terminal and NO_COLOR', { tty: true, env: { NO_COLOR: '1' } }, [], false],
    ['a dumb terminal', { tty: true, env: { TERM: 'dumb' } }, [], false],
    ['no terminal and FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, [], true],
    ['no terminal and --color always', {}, ['--color', 'always'], true],
    ['a terminal and --color never', { tty: true }, ['--color', 'never'], false],
  ])('colours for %s as it should', async (_what, input, flags, colored) => {
    const files = { 'web.yaml': POD };
    const { stdout, stderr } = await runCli(['harden', '-f', 'web.yaml', '--diff', ...flags], {
      files,
      ...input,
    });
    expect({ stdout: stdout.includes('\u001b['), stderr: stderr.includes('\u001b[') }).toEqual({
      stdout: colored,
      stderr: colored,
    });
  });

  test('prints decisions as JSON, with the operations for the document', async () => {
    const list = `kind: List\napiVersion: v1\nitems:\n- ${POD.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const { exitCode, stdout, stderr } = await runCli(['harden', '-f', '-', '-o', 'json'], { stdin: list });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      workloads: [
        {
          file: '<stdin>',
          line: 4,
          kind: 'Pod',
          name: 'web',
          outcome: 'hardened',
          policy: { mode: 'enforce', from: 'the command line' },
          containers: [
            {
              name: 'web',
              outcome: 'hardened',
              profiles: ['nginx'],
              mounts: [{ path: '/var/cache/nginx', profile: 'nginx' }, { path: '/var/run' }],
            },
          ],
          operations: expect.arrayContaining([
            {
              op: 'add',
              path: '/items/0/spec/containers/0/securityContext',
              value: { readOnlyRootFilesystem: true },
            },
          ]),
        },
      ],
      otherObjects: 0,
      problems: [],
    });
  });

  test.each([
    ['leaves unknown images alone', [], 0, 'unknown-image: no profile matches the image'],
    ['hardens unknown images with the generic paths', ['--unknown-images', 'scratch'], 0, '+ /var/tmp'],
    ['refuses unknown images', ['--unknown-images', 'deny'], 1, 'Pod web: denied'],
  ])('%s', async (_what, flags, code, says) => {
    const { exitCode, stderr } = await runCli(['harden', '-f', '-', ...flags], { stdin: UNKNOWN });
    expect(exitCode).toBe(code);
    expect(stderr).toContain(says);
  });

  test('takes profiles from --catalog, from the input, and through mirrors', async () => {
    const profile =
      'apiVersion: rootlock.dev/v1alpha1\nkind: ClusterWritablePathProfile\nmetadata: {name: tool}\nspec:\n  image: {repository: quay.io/example/tool}\n  paths: [{path: /srv/tool}]\n';
    const mirrored = POD.replace('image: nginx', 'image: registry.example.com/hub/library/nginx');
    const results = await Promise.all([
      runCli(['harden', '-f', '-', '--catalog', 'mine'], {
        stdin: UNKNOWN,
        files: { 'mine/tool.yaml': profile },
      }),
      runCli(['harden', '-f', '-'], { stdin: `${UNKNOWN}---\n${profile}` }),
      runCli(['harden', '-f', '-', '--mirror', 'registry.example.com/hub=docker.io'], { stdin: mirrored }),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(results.map(({ stdout }) => /mountPath: (\S+)/.exec(stdout)?.[1])).toEqual([
      '/srv/tool',
      '/srv/tool',
      '/var/cache/nginx',
    ]);
  });

  test('mounts VOLUME paths on the runtime that leaves them read-only, and not on the one that copies them', async () => {
    const redis = POD.replace('image: nginx', 'image: ghcr.io/example/volumes');
    const profile =
      'apiVersion: rootlock.dev/v1alpha1\nkind: ClusterWritablePathProfile\nmetadata: {name: volumes}\nspec:\n  image: {repository: ghcr.io/example/volumes}\n  facts: {volumes: [/srv/data]}\n';
    const stdin = `${redis}---\n${profile}`;
    const copied = await runCli(['harden', '-f', '-', '--runtime', 'containerd'], { stdin });
    const readOnly = await runCli(['harden', '-f', '-', '--runtime', 'cri-o', '--seed-image', 'busybox'], {
      stdin,
    });
    expect(copied.stdout).not.toContain('mountPath');
    expect(readOnly.stdout).toContain('mountPath: /srv/data');
    expect(readOnly.stdout).toContain('image: busybox');
  });

  test.each([
    [['-f', 'absent.yaml'], {}, 'there is no file or folder absent.yaml'],
    [
      ['-f', 'web.yaml', '-o', 'sarif'],
      {},
      '-o sarif is no format of this command: it takes yaml, json or a folder',
    ],
    [['-f', 'web.yaml', '-o', 'JSON'], {}, '-o JSON is no format of this command'],
    [
      ['-f', 'web.yaml', '-o', 'json'],
      { 'json/x': '' },
      '-o json is a format, and there is a folder json as well',
    ],
    [['-f', 'web.yaml', '-o', 'web.yaml'], {}, '-o web.yaml is a file: name a folder'],
    [['-f', 'web.yaml', '-o', '.'], {}, '-o . would overwrite web.yaml: use --in-place for that'],
    [
      ['-f', 'web.yaml', '-f', 'b/web.yaml', '-o', 'out'],
      { 'b/web.yaml': POD },
      'web.yaml and b/web.yaml'.split(' and ').toReversed().join(' and '),
    ],
    [['-f', 'web.yaml', '--diff', '--in-place'], {}, 'choose one of --diff, --in-place and -o'],
    [['-f', 'web.yaml', '--diff', '-o', 'out'], {}, 'choose one of --diff, --in-place and -o'],
    [['-f', '-', '--in-place'], {}, '--in-place cannot write to stdin'],
    [['-f', 'web.yaml', '--unknown-images', 'maybe'], {}, 'It takes leave, scratch, deny.'],
    [['-f', 'web.yaml', '--mirror', 'nonsense'], {}, '--mirror: "nonsense" is not a mirror'],
    [['web.yaml'], {}, "too many arguments for 'harden'"],
    [['--filenam', 'web.yaml'], {}, '(Did you mean --filename?)'],
  ])('refuses %j, with exit code 2, and nothing done', async (flags, more, says) => {
    const files = { 'web.yaml': POD, ...more };
    const result = await runCli(['harden', ...flags], { files, stdin: POD });
    expect(result.stderr).toContain(says);
    expect({ exitCode: result.exitCode, stdout: result.stdout, files: result.files }).toEqual({
      exitCode: 2,
      stdout: '',
      files,
    });
  });

  test.each([
    [{ 'unknown-images': 'maybe' }, 'functionConfig: unknown-images takes leave, scratch, deny'],
    [{ 'unknown-image': 'leave' }, 'functionConfig: unknown key unknown-image'],
  ])('refuses the configuration %j of a KRM function', async (data, says) => {
    const list = {
      apiVersion: 'config.kubernetes.io/v1',
      kind: 'ResourceList',
      functionConfig: { data },
      items: [],
    };
    const { exitCode, stderr } = await runCli(['harden'], { stdin: JSON.stringify(list) });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });

  test('says nothing but problems with --quiet', async () => {
    expect((await runCli(['harden', '-q', '-f', '-'], { stdin: POD })).stderr).toBe('');
    expect((await runCli(['harden', '-q', '-f', '-'], { stdin: BAD })).stderr).toContain('error:');
  });

  test('shows progress on a terminal only, and takes it away', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`in/${index}.yaml`, SERVICE]));
    const watched = await runCli(['harden', '-f', 'in', '-o', 'out'], { files, tty: true });
    const piped = await runCli(['harden', '-f', 'in', '-o', 'out'], { files });
    expect(watched.stderr.startsWith('\r\u001b[K0/60 reading in/0.yaml')).toBe(true);
    expect(watched.stderr.endsWith(`\r\u001b[K${piped.stderr}`)).toBe(true);
    expect(piped.stderr).toBe('0 workloads; 60 other objects passed through\n');
  });
});
