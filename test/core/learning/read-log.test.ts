import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseContainerPath } from '../../../src/core/container-path.ts';
import type { Evidence } from '../../../src/core/learning/evidence.ts';
import { pathsToAdd } from '../../../src/core/learning/paths-to-add.ts';
import { readLog } from '../../../src/core/learning/read-log.ts';
import { type CaseLine, caseLines, containerPath, containerPaths } from './case-lines.ts';

/** The paths that a log says could not be written. */
function written(evidence: readonly Evidence[], strength?: string): string[] {
  return evidence.flatMap((one) => {
    const isWrite = one.kind === 'write' || one.kind === 'root-level-file';
    return isWrite && (strength === undefined || one.strength === strength) ? one.path : [];
  });
}

function read({ line, workingDir, mounts, env }: CaseLine): Evidence[] {
  return readLog(line, {
    ...(workingDir && { workingDir }),
    ...(mounts && { mounts }),
    ...(env && { env }),
  });
}

function expectedPath({ path, workingDir }: CaseLine): string | undefined {
  if (path === null) return undefined;
  return parseContainerPath(path.startsWith('/') ? path : `${workingDir}/${path}`);
}

const KNOWN = caseLines('known-lines');
const ofKind = (...kinds: readonly string[]) => KNOWN.filter(({ kind }) => kinds.includes(kind ?? ''));

describe('readLog on lines of real programs', () => {
  test.each(ofKind('path', 'local-path', 'derived', 'relative'))('names the path in $line', (row) => {
    expect(written(read(row))).toEqual([expectedPath(row)]);
    expect(written(read(row), 'named')).toEqual([expectedPath(row)]);
  });

  test.each(ofKind('nopath', 'local-nopath'))('tells EROFS without a path in $line', (row) => {
    const evidence = read(row);
    expect(written(evidence)).toEqual([]);
    expect(evidence.map(({ kind }) => kind)).toEqual(['pathless']);
  });

  test.each(ofKind('indirect', 'local-indirect').filter(({ path }) => path !== null))(
    'infers the path in $line',
    (row) => {
      const evidence = read(row);
      const places = evidence.flatMap((one) => (one.kind === 'pathless' ? one.candidates : []));
      expect([...written(evidence, 'inferred'), ...places]).toContain(expectedPath(row));
      expect(written(evidence, 'named')).toEqual([]);
    },
  );

  test.each(ofKind('postmount'))('tells trouble that a volume caused in $line', (row) => {
    const evidence = read(row);
    const trouble = evidence.flatMap((one) => (one.kind === 'mount-trouble' ? [one.path] : []));
    const [path] = trouble;
    expect(trouble).toHaveLength(1);
    expect(expectedPath(row)?.startsWith(path ?? '') || path?.startsWith(expectedPath(row) ?? '?')).toBe(
      true,
    );
    expect(written(evidence, 'named')).toEqual([]);
  });

  test.each(ofKind('negative'))('makes nothing of $line', (row) => {
    expect(read(row).filter(({ kind }) => kind !== 'mount-trouble' && kind !== 'not-about-root')).toEqual([]);
  });
});

describe('readLog on lines of programs that no pattern was written for', () => {
  test.each(caseLines('reproduced-lines'))('names path and directory in $line', (row) => {
    const evidence = readLog(row.line, {
      env: { HOME: '/root' },
      ...(row.workingDir && { workingDir: row.workingDir }),
    });
    const directories = evidence.flatMap((one) => (one.kind === 'write' ? one.directory : []));
    expect(written(evidence, 'named')).toEqual([row.path]);
    expect(directories).toEqual(row.directory === null ? [] : [row.directory]);
  });

  test.each(caseLines('other-lines'))('finds the path of $program in $line', (row) => {
    const evidence = read(row);
    const strength = row.strength ?? 'named';
    expect(written(evidence, strength)).toContain(expectedPath(row));
    expect(new Set(written(evidence, 'named'))).toEqual(
      new Set(strength === 'named' ? [expectedPath(row)] : []),
    );
  });
});

describe('readLog on lines gathered from public logs before it was tried on them', () => {
  test.each(caseLines('harvested-lines'))('tells what $program could not write in $line', (row) => {
    const evidence = read({ env: { HOME: '/root' }, ...row });
    const strength = row.strength ?? 'named';
    const want = expectedPath(row);
    expect(written(evidence, 'named')).toEqual(strength === 'named' && want !== undefined ? [want] : []);
    if (want !== undefined) expect(written(evidence, strength)).toEqual([want]);
    if (row.directories === undefined) return;
    const facts = { readOnlyRoot: true, failing: true, mounts: [], ours: [] };
    const { add } = pathsToAdd(evidence, facts);
    expect(row.directories).toContain(add[0]?.path ?? null);
    expect(add.length).toBeLessThanOrEqual(1);
  });
});

describe('readLog on lines that are not about the root file system', () => {
  test.each(caseLines('not-about-root'))('adds nothing for $why: $line', (row) => {
    const facts = { readOnlyRoot: true, failing: true, mounts: row.mounts ?? [], ours: [] };
    expect(pathsToAdd(read(row), facts).add).toEqual([]);
  });
});

describe('readLog on several lines', () => {
  const rows: { name: string; log: string; want: string; strength?: 'named' | 'inferred' }[] = [
    {
      name: 'the fields of a printed error object',
      log: "[Error: x] {\n  errno: -30,\n  code: 'EROFS',\n  syscall: 'mkdir',\n  path: '/app/cache'\n}",
      want: '/app/cache',
    },
    {
      name: 'a JSON object over several lines',
      log: '{\n  "err": {\n    "errno": -30,\n    "code": "EROFS",\n    "syscall": "open",\n    "path": "/app/x.log"\n  }\n}',
      want: '/app/x.log',
    },
    {
      name: 'npm',
      log: 'npm ERR! code EROFS\nnpm ERR! syscall mkdir\nnpm ERR! path /app/.npm',
      want: '/app/.npm',
    },
    {
      name: 'the fields of one JSON line',
      log: '{"code":"EROFS","syscall":"open","level":"error","path":"/var/lib/app/x"}',
      want: '/var/lib/app/x',
    },
    {
      name: 'the message beside the error',
      log: '{"level":"error","error":"read-only file system","msg":"cannot write /var/lib/app/state"}',
      want: '/var/lib/app/state',
    },
    {
      name: 'a chain of causes',
      log: 'Error: Failed to create /var/lib/app/wal\n\nCaused by:\n    Read-only file system (os error 30)',
      want: '/var/lib/app/wal',
    },
    {
      name: 'a Java cause below its frames',
      log: 'x.AppException: Unable to create directory /opt/app/data\n\tat x.A.b(A.java:1)\n\tat x.A.c(A.java:2)\nCaused by: java.io.IOException: Read-only file system',
      want: '/opt/app/data',
    },
    {
      name: 'the path in the next line',
      log: 'bind(): Read-only file system\nfailed to listen on UNIX socket: /run/memcached.sock',
      want: '/run/memcached.sock',
      strength: 'inferred',
    },
    {
      name: 'the path in the line before',
      log: 'cannot store state in /var/lib/app/state\nRead-only file system',
      want: '/var/lib/app/state',
    },
    {
      name: 'a partial CRI line',
      log: '2024-03-01T10:00:00.000000000Z stderr P open /var/lib/app/sta\n2024-03-01T10:00:00.000000000Z stderr F te.db: read-only file system',
      want: '/var/lib/app/state.db',
    },
  ];

  test.each(rows)('finds the path in $name', ({ log, want, strength }) => {
    expect(written(readLog(log), strength ?? 'named')).toEqual([want]);
  });

  test.each([
    {
      name: 'its source line',
      log: '  File "/usr/lib/python3.11/pathlib.py", line 1109, in touch\n    fd = os.open(self, flags, mode)\n         ^^^^^^^^^^^^\nOSError: [Errno 30] Read-only file system: \'/etc/acme/t\'',
      directory: '/etc/acme',
    },
    {
      name: 'its source line, above the values of its variables',
      log: "  File \"/opt/app/log.py\", line 6, in store\n    with open(path, mode) as handle:\n              │     └ 'w'\n              └ '/data/job'\n\nOSError: [Errno 30] Read-only file system: '/data/job'",
      directory: '/data',
    },
    {
      name: 'the name of its function',
      log: '  File "<frozen os>", line 225, in makedirs\nOSError: [Errno 30] Read-only file system: \'/etc/acme/a\'',
      directory: '/etc/acme/a',
    },
  ])('tells a file from a directory by the last frame of a traceback: $name', ({ log, directory }) => {
    expect(readLog(log)).toMatchObject([{ kind: 'write', directory }]);
  });

  test('does not take the next line for more of a path that ends a line', () => {
    const log =
      '22:23:51.625 [main] ERROR com.acme.App -- Application run failed for /api/x\njava.io.IOException: Read-only file system';
    expect(written(readLog(log))).not.toContain('/api/xjava.io.IOException');
  });

  test('takes no path from a message that lacks its name', () => {
    const log = 'cannot write None: Read-only file system';
    expect(written(readLog(log, { workingDir: containerPath('/opt/app') }))).toEqual([]);
  });

  test('takes no path from where an entry was logged', () => {
    const log =
      '{"text":"boot failed\\nOSError: [Errno 30] Read-only file system\\n","record":{"file":{"name":"log.py","path":"/opt/app/log.py"}}}';
    expect(readLog(log).map(({ kind }) => kind)).toEqual(['pathless']);
  });

  test("takes no path from another request's log line", () => {
    const log =
      '{"level":"error","error":"read-only file system","method":"POST","path":"/api/users"}\nGET /health';
    expect(written(readLog(log))).toEqual([]);
  });

  test('drops EROFS without a path next to a line that names one', () => {
    const log =
      'mkdir failed on directory /var/log/samba/cores: Read-only file system\nUnable to setup corepath for smbd: Read-only file system';
    expect(readLog(log).map(({ kind }) => kind)).toEqual(['write']);
  });

  test('tells each thing once, in the order of the log', () => {
    const log = ['/b/x.log', '/a/x.log', '/b/x.log']
      .map((path) => `open ${path}: read-only file system`)
      .join('\n');
    expect(written(readLog(log))).toEqual(['/b/x.log', '/a/x.log']);
  });

  test('keeps room for the last line behind a thousand others of one directory', () => {
    const chown = Array.from({ length: 1000 }, (_, at) => `chown: /srv/data/${at}.db: Read-only file system`);
    const log = [...chown, 'open /run/app/app.pid: read-only file system'].join('\n');
    expect(written(readLog(log))).toContain('/run/app/app.pid');
  });
});

describe('readLog with what is known of the container', () => {
  test('resolves a relative path against the working directory', () => {
    const evidence = readLog('mkdir wal: read-only file system', { workingDir: containerPath('/loki') });
    expect(written(evidence)).toEqual(['/loki/wal']);
  });

  test('keeps a relative path as it is where no working directory is known', () => {
    expect(readLog('mkdir wal: read-only file system')).toMatchObject([
      { kind: 'pathless', relative: 'wal', candidates: [] },
    ]);
  });

  test('looks for a path that no line names in TMPDIR, the working directory and HOME', () => {
    const context = { workingDir: containerPath('/app'), env: { TMPDIR: '/scratch', HOME: '/home/app' } };
    expect(readLog('java.io.IOException: Read-only file system', context)).toMatchObject([
      { kind: 'pathless', candidates: ['/scratch', '/app', '/home/app'] },
    ]);
  });

  test.each([
    { path: '/proc/sys/vm/x', because: 'kernel-file-system' },
    { path: '/data/x', because: 'declared-mount' },
    { path: '/var/run/app/x', because: 'declared-mount' },
  ])('says why $path is not about the root', ({ path, because }) => {
    const context = { mounts: containerPaths('/data', '/run/app') };
    expect(readLog(`open ${path}: read-only file system`, context)).toMatchObject([
      { kind: 'not-about-root', because },
    ]);
  });

  test.each([
    { line: 'open /app.log: read-only file system', advice: /workingDir/ },
    { line: "Error: EROFS: read-only file system, open '/.npmrc'", advice: /npm_config_cache/ },
    { line: 'open /.bash_history: read-only file system', advice: /HOME/ },
  ])('gives advice for a file that no volume can hold: $line', ({ line, advice }) => {
    expect(readLog(line)).toMatchObject([{ kind: 'root-level-file', advice: expect.stringMatching(advice) }]);
  });
});

describe('readLog on any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'Read-only file system',
      'EROFS',
      'errno 30',
      ': ',
      "'",
      '"',
      '“',
      '/',
      '/tmp',
      '/../',
      '/usr/bin/x',
      ' -> ',
      'mkdir ',
      'Failed to create ',
      '\\n',
      '\\"',
      '\n',
      '{"path":"/x","error":"EROFS"}',
      '2024-03-01T10:00:00.000000000Z stderr P ',
      'Caused by:',
      ' line 12',
      '只读文件系统',
      '\u0000',
      '\u001b[31m',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const anyLog = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  const facts = { readOnlyRoot: true, failing: true, mounts: [], ours: [] };

  test('never throws, and adds only clean absolute paths that may be mounted', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const { add } = pathsToAdd(readLog(log, { workingDir: containerPath('/app') }), facts);
        for (const { path } of add) {
          expect(parseContainerPath(path)).toBe(path);
          expect(path).not.toMatch(/^\/$|^\/(?:proc|sys|dev|usr\/bin)(?:\/|$)|\p{Cc}/u);
          expect(path.length).toBeLessThanOrEqual(1024);
        }
        expect(add.length).toBeLessThanOrEqual(32);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    { name: 'distinct paths', log: (at: number) => `open /srv/${at}/x: read-only file system\n` },
    { name: 'distinct inferred paths', log: (at: number) => `Failed to create /srv/${at}/x\n` },
    { name: 'missing files', log: (at: number) => `open /srv/${at}/x: no such file or directory\n` },
    { name: 'one line', log: (at: number) => `open /srv/${at}/x: read-only file system ` },
    { name: 'quotes', log: () => "'/" },
    { name: 'pathless lines', log: () => 'error: EROFS:\n' },
  ])('tells at most 256 things of a megabyte of $name', ({ log }) => {
    const text = Array.from({ length: 20_000 }, (_, at) => log(at)).join('');
    expect(readLog(text).length).toBeLessThanOrEqual(256);
  });

  test('keeps a sample of at most 256 characters, without secrets and control characters', () => {
    const line = `${'x'.repeat(5000)} password=hunter2\u0007 open /srv/a/b.db: read-only file system ${'y'.repeat(5000)}`;
    const [evidence] = readLog(line);
    expect(evidence?.line).toContain('/srv/a/b.db');
    expect(evidence?.line.length).toBeLessThanOrEqual(256);
    expect(evidence?.line).not.toMatch(/hunter2|\p{Cc}/u);
  });
});
