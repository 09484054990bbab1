import { describe, expect, test } from '@jest/globals';
import type { ContainerFacts } from '../../../src/core/learning/container-facts.ts';
import { pathsToAdd } from '../../../src/core/learning/paths-to-add.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { caseLines, containerPath, containerPaths } from './case-lines.ts';

const FACTS: ContainerFacts = { readOnlyRoot: true, failing: true, mounts: [], ours: [] };
const NAMED = 'open /srv/app/x.log: read-only file system';
const INFERRED = 'Failed to create /opt/app/work/x.tmp';
const PATHLESS = 'java.io.IOException: Read-only file system';
const DOUBTFUL = 'Failed to open /opt/app/conf/x.db';

function decide(lines: readonly string[], facts: Partial<ContainerFacts> = {}) {
  const all = { ...FACTS, ...facts };
  // Far apart: one failure often logs several lines, of which the named one counts.
  const log = lines.join('\n'.repeat(10));
  const evidence = readLog(log, { ...(all.workingDir && { workingDir: all.workingDir }) });
  const { add, notAboutRoot, blocked, weak } = pathsToAdd(evidence, all);
  const pathOf = ({ path }: { path: string }) => path;
  return {
    add: add.map(pathOf),
    notAboutRoot: notAboutRoot.map(pathOf),
    blocked: blocked.map(pathOf),
    weak: weak.map(pathOf),
  };
}

describe('pathsToAdd', () => {
  test.each([
    {
      lines: [DOUBTFUL, PATHLESS, INFERRED, NAMED],
      add: ['/srv/app'],
      weak: ['/opt/app/work', '/tmp', '/opt/app/conf'],
    },
    { lines: [DOUBTFUL, PATHLESS, INFERRED], add: ['/opt/app/work'], weak: ['/tmp', '/opt/app/conf'] },
    { lines: [DOUBTFUL, PATHLESS], add: ['/tmp'], weak: ['/opt/app/conf'] },
    { lines: [DOUBTFUL], add: ['/opt/app/conf'], weak: [] },
    { lines: [], add: [], weak: [] },
  ])('believes the surest lines: adds $add, keeps $weak', ({ lines, add, weak }) => {
    expect(decide(lines)).toMatchObject({ add, weak });
  });

  test.each([
    { lines: [NAMED], add: ['/srv/app'], weak: [] },
    { lines: [INFERRED], add: [], weak: ['/opt/app/work'] },
    { lines: [PATHLESS], add: [], weak: ['/tmp'] },
  ])('adds $add and not $weak to a container that works', ({ lines, add, weak }) => {
    expect(decide(lines, { failing: false })).toMatchObject({ add, weak });
  });

  test.each([
    { facts: { mounts: containerPaths('/srv/app') }, why: 'a volume of the pod covers it' },
    { facts: { mounts: containerPaths('/srv') }, why: 'a volume of the pod lies above it' },
    { facts: { mounts: containerPaths('/srv/app/x.log') }, why: 'the pod mounts the file itself' },
    { facts: { ours: containerPaths('/srv/app') }, why: 'Rootlock mounts it already' },
    { facts: { volumes: containerPaths('/srv/app') }, why: 'the runtime provides it' },
    { facts: { readOnlyRoot: false }, why: 'the root was writable' },
  ])('adds nothing where $why', ({ facts }) => {
    expect(decide([NAMED], facts)).toEqual({
      add: [],
      notAboutRoot: ['/srv/app/x.log'],
      blocked: [],
      weak: [],
    });
  });

  test('takes the next place for EROFS without a path where the first is mounted already', () => {
    const facts = { ours: containerPaths('/tmp'), workingDir: containerPath('/work') };
    expect(decide([PATHLESS], facts).add).toEqual(['/work']);
  });

  test.each([
    { line: 'open /etc/app.conf: read-only file system', blocked: ['/etc'] },
    { line: 'open /usr/bin/x: read-only file system', blocked: ['/usr/bin'] },
    { line: 'mkdir /usr/local/bin/app: read-only file system', blocked: ['/usr/local/bin/app'] },
    { line: 'open /app.log: read-only file system', blocked: ['/app.log'] },
    {
      line: `open /${'a/'.repeat(20)}x: read-only file system`,
      blocked: [`/${'a/'.repeat(20)}`.slice(0, -1)],
    },
  ])('blocks $blocked', ({ line, blocked }) => {
    expect(decide([line])).toMatchObject({ add: [], blocked });
  });

  test('says what to do about a blocked path', () => {
    const { blocked } = pathsToAdd(readLog('open /app.log: read-only file system'), FACTS);
    expect(blocked[0]?.because).toMatch(/workingDir/);
  });

  test.each([
    {
      name: 'three side by side',
      lines: [
        'mkdir /srv/app/a: read-only file system',
        'mkdir /srv/app/b: read-only file system',
        'mkdir /srv/app/c: read-only file system',
      ],
      add: ['/srv/app'],
    },
    {
      name: 'two side by side',
      lines: ['mkdir /srv/app/a: read-only file system', 'mkdir /srv/app/b: read-only file system'],
      add: ['/srv/app/a', '/srv/app/b'],
    },
    {
      name: 'a third beside two that are mounted',
      ours: ['/srv/app/a', '/srv/app/b'],
      lines: ['mkdir /srv/app/c: read-only file system'],
      add: ['/srv/app'],
    },
    {
      name: 'three directories right below /opt',
      lines: [
        'mkdir /opt/a: read-only file system',
        'mkdir /opt/b: read-only file system',
        'mkdir /opt/c: read-only file system',
      ],
      add: ['/opt/a', '/opt/b', '/opt/c'],
    },
    {
      name: 'three below the working directory',
      workingDir: '/usr/src/shop',
      lines: [
        'mkdir /usr/src/shop/a: read-only file system',
        'mkdir /usr/src/shop/b: read-only file system',
        'mkdir /usr/src/shop/c: read-only file system',
      ],
      add: ['/usr/src/shop/a', '/usr/src/shop/b', '/usr/src/shop/c'],
    },
    {
      name: 'chown -R, the children before their parent',
      lines: [
        "chown: changing ownership of '/srv/app/a': Read-only file system",
        "chown: changing ownership of '/srv/app': Read-only file system",
      ],
      add: ['/srv/app'],
    },
    {
      name: 'one directory in two spellings',
      lines: [
        'open /var/run/app/x.pid: read-only file system',
        'open /run/app/y.sock: read-only file system',
      ],
      add: ['/var/run/app'],
    },
  ])('mounts $add for $name', ({ lines, add, ours, workingDir }) => {
    const facts = {
      ours: containerPaths(...(ours ?? [])),
      ...(workingDir && { workingDir: containerPath(workingDir) }),
    };
    expect(decide(lines, facts).add).toEqual(add);
  });

  test('never makes more than 32 paths', () => {
    const lines = Array.from({ length: 50 }, (_, at) => `open /d${at}/x: read-only file system`);
    const { add, blocked } = decide(lines, { ours: containerPaths('/tmp', '/run') });
    expect(add).toHaveLength(30);
    expect(blocked).toHaveLength(20);
  });

  test.each(caseLines('program-trails'))('finds what helped $program in $line', (row) => {
    const context = { workingDir: row.workingDir ?? containerPath('/') };
    const facts = { ...FACTS, ...context, ours: row.mounted ?? [] };
    const real = (path: string) => path.replace(/^\/var\/run(?=\/|$)/, '/run');
    const added = pathsToAdd(readLog(row.line, context), facts).add.map(({ path }) => real(path));
    const wanted = real(row.path ?? '');
    expect(added.filter((path) => wanted === path || wanted.startsWith(`${path}/`))).not.toEqual([]);
  });
});
