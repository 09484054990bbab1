import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Seeding, seedContainer } from '../../../src/core/admission/seed.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { readPod } from '../../../src/core/pod/read-pod.ts';

/** The script runs in a real shell, on directories that stand for the image's path and for the volume. */
describe('the script of a seed container', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rootlock-seed-'));
    mkdirSync(join(folder, 'volume'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = () =>
    execFileSync('sh', [
      ...['-c', script(), 'rootlock-seed', join(folder, 'system'), join(folder, 'report')],
      ...[join(folder, 'image'), join(folder, 'volume')],
    ]);
  const content = (...names: string[]) => join(folder, 'volume', 'content', ...names);

  test('copies files, empty directories, links and modes, the mode of the directory itself included', () => {
    mkdirSync(join(folder, 'image', 'empty'), { recursive: true });
    writeFileSync(join(folder, 'image', 'file'), 'shipped');
    symlinkSync('/dev/stdout', join(folder, 'image', 'link'));
    chmodSync(join(folder, 'image'), 0o750);
    run();
    expect(readFileSync(content('file'), 'utf8')).toBe('shipped');
    expect(statSync(content('empty')).isDirectory()).toBe(true);
    expect(statSync(content()).mode & 0o7777).toBe(0o750);
  });

  test('makes a directory that everybody can write where the image has none', () => {
    run();
    expect(statSync(content()).mode & 0o7777).toBe(0o777);
  });

  test('never runs twice over the same data', () => {
    mkdirSync(join(folder, 'image'));
    writeFileSync(join(folder, 'image', 'file'), 'shipped');
    run();
    writeFileSync(content('file'), 'written by the program');
    run();
    expect(readFileSync(content('file'), 'utf8')).toBe('written by the program');
  });

  test('begins anew after a copy that was cut off', () => {
    mkdirSync(join(folder, 'image'));
    writeFileSync(join(folder, 'image', 'file'), 'shipped');
    mkdirSync(join(folder, 'volume', 'copying'));
    writeFileSync(join(folder, 'volume', 'copying', 'half'), '');
    run();
    expect(existsSync(content('half'))).toBe(false);
    expect(readFileSync(content('file'), 'utf8')).toBe('shipped');
  });
});

/** The user of the container is the one that copies. */
describe('the script of a seed container, as a user that may not read everything', () => {
  const user = process.getuid?.() === 0 ? { uid: 65532, gid: 65532 } : {};
  let folder = '';
  const image = (...names: string[]) => join(folder, 'image', ...names);
  const report = () => join(folder, 'report');
  const content = (...names: string[]) => join(folder, 'volume', 'content', ...names);
  const run = (given: Pick<Seeding, 'helper'> = {}) =>
    execFileSync(
      'sh',
      [
        '-c',
        script(given),
        'rootlock-seed',
        join(folder, 'system'),
        report(),
        image(),
        join(folder, 'volume'),
      ],
      { ...user, stdio: 'pipe' },
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rootlock-seed-'));
    mkdirSync(join(folder, 'volume'));
    mkdirSync(image('open', 'deep'), { recursive: true });
    writeFileSync(image('open', 'file'), 'shipped');
    writeFileSync(image('open', '.hidden'), 'shipped');
    symlinkSync('/nowhere', image('open', 'link'));
    writeFileSync(image('open', 'deep', 'secret'), 'secret');
    mkdirSync(image('closed'));
    writeFileSync(image('closed', 'file'), 'secret');
    chmodSync(image('open', 'deep', 'secret'), 0);
    chmodSync(image('closed'), 0);
    chmodSync(image('open'), 0o755);
    for (const name of ['', 'volume']) chmodSync(join(folder, name), 0o777);
  });
  afterEach(() => {
    chmodSync(image('closed'), 0o700);
    if (existsSync(content('closed'))) chmodSync(content('closed'), 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  test('copies what it can read, and leaves the rest as closed as it was', () => {
    run();
    expect(readFileSync(content('open', 'file'), 'utf8')).toBe('shipped');
    expect(readFileSync(content('open', '.hidden'), 'utf8')).toBe('shipped');
    expect(readlinkSync(content('open', 'link'))).toBe('/nowhere');
    expect(statSync(content('open')).mode & 0o777).toBe(0o755);
    const secret = statSync(content('open', 'deep', 'secret'));
    expect([secret.size, secret.mode & 0o777]).toEqual([0, 0]);
    const closed = statSync(content('closed'));
    expect([closed.isDirectory(), closed.mode & 0o777]).toEqual([true, 0]);
  });

  test('tells of directories that are empty, or named for what changes, within what is its own', () => {
    const made = [
      'app/data/deep',
      'app/uploads',
      'app/src/lib',
      'app/node_modules/x/tmp',
      'srv/files',
      'app/empty',
      'usr/src/web/public',
      'var/cache/web',
      'var/log/web/old',
    ];
    for (const name of [...made, 'usr/data']) mkdirSync(join(folder, 'system', name), { recursive: true });
    writeFileSync(join(folder, 'system/app/src/lib/code.js'), '');
    execFileSync('chmod', ['-R', 'a+rX', join(folder, 'system')]);
    if (user.uid !== undefined) execFileSync('chown', ['-R', '65532:65532', join(folder, 'system')]);
    run();
    const told = readFileSync(report(), 'utf8').trim().split('\n').slice(0, -1);
    const inner = told.map((line) => line.split(`${join(folder, 'system')}/`)[1]).toSorted();
    const named = ['app/data', 'app/empty', 'app/uploads', 'srv/files', 'usr/src/web/public'];
    expect(inner).toEqual(['', ...named, 'var/cache/web', 'var/log/web']);
  });

  test("tells of the directories that are this user's own, with their sizes, and no one else's", () => {
    for (const name of ['usr/own', 'var/own/deep', 'var/other'])
      mkdirSync(join(folder, 'system', name), { recursive: true });
    if (user.uid !== undefined)
      for (const name of ['usr/own', 'var/own', 'var/own/deep'])
        chownSync(join(folder, 'system', name), user.uid, user.gid);
    run();
    const lines = readFileSync(report(), 'utf8').trim().split('\n');
    const own = user.uid === undefined ? '' : '/var/own';
    expect(lines).toEqual([
      expect.stringMatching(`^\\d+\\s${join(folder, 'system')}${own}`),
      `in ${process.cwd()}`,
    ]);
  });

  test('copies nothing where the copier is a helper, whose user the container may not be', () => {
    const helper = { image: 'seed:1', imageVolume: 'v', rootForbidden: false };
    expect(() => run({ helper })).toThrow('Permission denied');
    expect(existsSync(content())).toBe(false);
  });
});

describe('seedContainer', () => {
  test('has no more rights and needs no more resources than its container', () => {
    const seed = seedContainer({
      name: 'rootlock-seed-web',
      container: containerOf({
        securityContext: {
          runAsUser: 7,
          privileged: true,
          procMount: 'Unmasked',
          capabilities: { drop: ['ALL'] },
        },
        resources: {
          limits: { cpu: '1', 'example.com/gpu': 1 },
          requests: { memory: '1Gi' },
          claims: [{ name: 'c' }],
        },
      }),
      volumes: [{ volume: 'v', path: '/srv' }],
    });
    expect(seed.securityContext).toEqual({
      runAsUser: 7,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    expect(seed.resources).toEqual({ limits: { cpu: '1' }, requests: { memory: '1Gi' } });
  });

  test('copies from the image volume, as a user that is not root, where root is forbidden', () => {
    const seed = seedContainer({
      name: 'rootlock-seed-web',
      container: containerOf({ imagePullPolicy: 'Always' }),
      volumes: [{ volume: 'v', path: '/srv' }],
      helper: { image: 'seed:1', imageVolume: 'rootlock-image-web', rootForbidden: true },
    });
    expect(seed).toMatchObject({
      image: 'seed:1',
      securityContext: { runAsUser: 65532, readOnlyRootFilesystem: true },
      volumeMounts: [
        { name: 'rootlock-image-web', mountPath: '/rootlock/image', readOnly: true },
        { name: 'v', mountPath: '/rootlock/volumes/0' },
      ],
    });
    expect(seed.command).toEqual(expect.arrayContaining(['/rootlock/image/srv', '/rootlock/volumes/0']));
    expect(seed).not.toHaveProperty('imagePullPolicy');
  });
});

function script(given: Pick<Seeding, 'helper'> = {}): string {
  const command = seedContainer({ name: 's', container: containerOf({}), volumes: [], ...given })
    .command as string[];
  return String(command[2]);
}

function containerOf(rest: JsonObject) {
  const read = readPod({ spec: { containers: [{ name: 'web', image: 'app:1', ...rest }] } });
  if (read.kind !== 'pod' || !read.pod.containers[0])
    throw new Error('the container of the case is malformed');
  return read.pod.containers[0];
}
