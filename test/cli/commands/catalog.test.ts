import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import { runCli } from '../run-cli.ts';
import { TEST_CATALOG } from '../test-catalog.ts';

const OWN = `apiVersion: rootlock.dev/v1alpha1
kind: WritablePathProfile
metadata: {name: nginx-of-shop, namespace: shop}
spec:
  image: {repository: nginx}
  strategy: Replace
  paths: [{path: /srv/cache, content: Copy, class: Data, medium: Memory, sizeLimit: 1Gi, description: all of it}]
  env: [{name: HOME, value: /srv/cache}]
  facts: {volumes: [/srv/data], shell: false, separateVarRun: true}
`;

describe('catalog list', () => {
  test('lists the profiles with their images and paths', async () => {
    const { exitCode, stdout } = await runCli(['catalog', 'list']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`NAME          IMAGE                      TAGS      SOURCE    ACTION  PATHS
nginx         nginx                      *         built-in  harden  /var/cache/nginx /var/run
nginx-alpine  nginx                      *-alpine  built-in  harden  /var/cache/nginx
redis         redis                      *         built-in  harden  /data
seeded        ghcr.io/example/seeded     *         built-in  harden  /opt/app/config
installer     ghcr.io/example/installer  *         built-in  exempt

5 profiles
`);
  });

  test.each([
    [['nginx'], ['nginx', 'nginx-alpine']],
    [['ghcr.io'], ['seeded', 'installer']],
    [['--action', 'exempt'], ['installer']],
    [['--source', 'person'], []],
    [['--source', 'person', '--catalog', 'own.yaml'], ['nginx-of-shop']],
  ])('filters by %j', async (flags, names) => {
    const { stdout } = await runCli(['catalog', 'list', '-o', 'name', ...flags], {
      files: { 'own.yaml': OWN },
    });
    expect(stdout.split('\n').slice(0, -1)).toEqual(names);
  });

  test.each(['json', 'yaml'])(
    'prints resources as %s that read back as the same profiles',
    async (format) => {
      const { stdout } = await runCli(['catalog', 'list', '-o', format, '--catalog', 'own.yaml'], {
        files: { 'own.yaml': OWN },
      });
      const resources =
        format === 'json' ? JSON.parse(stdout).items : parseAllDocuments(stdout).map((each) => each.toJS());
      const own = readProfile(parse(OWN));
      if (own.kind === 'malformed') throw new Error('the test has a bad profile');
      expect(resources.map(readProfile)).toEqual(
        [...TEST_CATALOG, own.profile].map((profile) => ({ kind: 'profile', profile })),
      );
    },
  );
});

describe('catalog show', () => {
  test('shows a profile by its name', async () => {
    const { exitCode, stdout } = await runCli(['catalog', 'show', 'redis']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`profile redis (built-in), for redis, all tags
  + /data  snapshots (users' data)
  + TMPDIR=/data
  the image's VOLUMEs: /data
What an image gets, merged with less specific profiles: rootlock catalog show redis:latest
`);
  });

  test('shows what an image gets, and from which profile', async () => {
    const { stdout } = await runCli(['catalog', 'show', 'nginx:1.27-alpine']);
    expect(stdout).toBe(`nginx:1.27-alpine (docker.io/library/nginx) is hardened, most specific first by
profile nginx-alpine (built-in), for nginx, tags *-alpine
profile nginx (built-in), for nginx, all tags
which come to
  + /var/cache/nginx  buffers in memory (in memory; at most 256Mi)  [nginx-alpine]
  + /var/run          the pid file                                  [nginx]
`);
  });

  test('counts the profiles of a namespace, and mirrors', async () => {
    const input = { files: { 'own.yaml': OWN } };
    const own = await runCli(
      ['catalog', 'show', 'nginx:1', '--catalog', 'own.yaml', '-n', 'shop', '-o', 'json'],
      input,
    );
    expect(JSON.parse(own.stdout)).toEqual({
      action: 'Harden',
      profiles: ['shop/nginx-of-shop'],
      paths: [
        {
          path: '/srv/cache',
          medium: 'Memory',
          sizeLimit: '1Gi',
          content: 'Copy',
          class: 'Data',
          description: 'all of it',
          profile: 'shop/nginx-of-shop',
        },
      ],
      env: [{ name: 'HOME', value: '/srv/cache' }],
      facts: { volumes: ['/srv/data'], shell: false, separateVarRun: true },
    });
    const mirrored = await runCli([
      'catalog',
      'show',
      'r.example.com/hub/library/redis:7',
      '--mirror',
      'r.example.com/hub=docker.io',
    ]);
    expect(mirrored.stdout).toContain('profile redis');
  });

  test.each([
    ['ghcr.io/example/installer:2', 0, 'ghcr.io/example/installer:2 is exempt, by\n'],
    ['installer', 0, '  exempt: it installs packages into its root\n'],
  ])('tells that %s is exempt', async (name, code, says) => {
    const { exitCode, stdout } = await runCli(['catalog', 'show', name]);
    expect(exitCode).toBe(code);
    expect(stdout).toContain(says);
  });

  test.each([
    [
      'quay.io/example/redis:7',
      'error: no profile matches quay.io/example/redis; near it are redis (redis)\n',
    ],
    ['Not An Image', "error: Not An Image is neither a profile's name nor an image: "],
  ])('says of %s what it could be', async (name, says) => {
    const { exitCode, stderr } = await runCli(['catalog', 'show', name]);
    expect(exitCode).toBe(1);
    expect(stderr.startsWith(says)).toBe(true);
  });
});

describe('catalog lint', () => {
  test('finds nothing wrong with the shipped catalog', async () => {
    const { exitCode, stdout } = await runCli(['catalog', 'lint']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+ profiles, 0 problems\n$/),
    });
  });

  test('tells each problem with its line, its field and what to do', async () => {
    const bad = OWN.replace('/srv/cache, content: Copy', '/usr, content: Move').replace(
      'strategy: Replace',
      'strategie: Replace',
    );
    const files = {
      'bad.yaml': bad,
      'own.yaml': OWN,
      'again.yaml': OWN.replace('nginx-of-shop', 'other'),
      'web.yaml': 'kind: Service\napiVersion: v1\n',
    };
    const { exitCode, stdout } = await runCli(
      ['catalog', 'lint', 'bad.yaml', 'own.yaml', 'again.yaml', 'web.yaml'],
      { files },
    );
    expect(exitCode).toBe(1);
    expect(stdout.split('\n').filter((line) => / error: |problems/.test(line))).toEqual([
      expect.stringMatching(/^bad\.yaml:6:3: error: spec\.strategie is not a field of a profile/),
      expect.stringMatching(/^bad\.yaml:7:12: error: spec\.paths\[0\]\.path would hide/),
      expect.stringMatching(/^bad\.yaml:7:24: error: spec\.paths\[0\]\.content must be Empty or Copy/),
      'own.yaml:3:12: error: WritablePathProfile shop/nginx-of-shop is there twice, first in bad.yaml:1',
      'again.yaml:5:3: error: WritablePathProfile shop/other selects the very images that another profile does, in own.yaml:1',
      'web.yaml:1:1: error: Service (no name) is no profile',
      '3 profiles, 6 problems',
    ]);
    expect(stdout.match(/do this: /g)).toHaveLength(6);
  });

  test('prints problems as JSON', async () => {
    const { exitCode, stdout } = await runCli(['catalog', 'lint', '-', '-o', 'json'], {
      stdin: OWN.replace('/srv/cache,', 'relative,'),
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      profiles: 1,
      problems: [
        {
          file: '<stdin>',
          line: 7,
          column: 12,
          message: 'spec.paths[0].path must be absolute',
          advice: 'start it with /',
        },
      ],
    });
  });
});

describe('catalog export', () => {
  test('takes no file in place of a folder', async () => {
    const { exitCode, stderr } = await runCli(['catalog', 'export', 'own.yaml'], {
      files: { 'own.yaml': OWN },
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'error: own.yaml is a file: name a folder\n',
    });
  });

  test.each(['../outside', 'a/b', '..'])('writes nothing for a profile that is called %s', async (name) => {
    const files = { 'in/odd.yaml': OWN.replace('nginx-of-shop', name) };
    const argv = ['catalog', 'export', 'in/out', '--catalog', 'in/odd.yaml', '--source', 'person'];
    const ended = await runCli(argv, { files });
    expect(ended.exitCode).toBe(1);
    expect(ended.files).toEqual(files);
  });
});
