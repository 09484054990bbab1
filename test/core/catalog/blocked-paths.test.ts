import { describe, expect, test } from '@jest/globals';
import { BLOCKED_PATHS, blockedPath } from '../../../src/core/catalog/blocked-paths.ts';
import { PROFILE_MESSAGES } from '../../../src/core/catalog/profile-messages.ts';
import { parseContainerPath } from '../../../src/core/container-path.ts';

describe('blockedPath', () => {
  test.each([
    { path: '/', why: 'blocked-root' },
    { path: '/bin', why: 'blocked-programs' },
    { path: '/sbin', why: 'blocked-programs' },
    { path: '/lib', why: 'blocked-programs' },
    { path: '/lib64', why: 'blocked-programs' },
    { path: '/usr', why: 'blocked-programs' },
    { path: '/usr/bin', why: 'blocked-programs' },
    { path: '/usr/sbin', why: 'blocked-programs' },
    { path: '/usr/lib', why: 'blocked-programs' },
    { path: '/usr/local', why: 'blocked-programs' },
    { path: '/usr/local/bin', why: 'blocked-programs' },
    { path: '/usr/local/sbin', why: 'blocked-programs' },
    { path: '/etc', why: 'blocked-etc' },
    { path: '/etc/resolv.conf', why: 'blocked-file' },
    { path: '/etc/passwd', why: 'blocked-file' },
    { path: '/proc', why: 'blocked-kernel' },
    { path: '/proc/sys/net', why: 'blocked-kernel' },
    { path: '/sys/fs/cgroup', why: 'blocked-kernel' },
    { path: '/dev', why: 'blocked-kernel' },
    { path: '/dev/termination-log', why: 'blocked-kernel' },
    { path: '/dev/shm', why: 'blocked-shared-memory' },
    { path: '/dev/shm/app', why: 'blocked-shared-memory' },
    { path: '/run/secrets/kubernetes.io', why: 'blocked-service-account' },
    { path: '/var/run/secrets/kubernetes.io/serviceaccount', why: 'blocked-service-account' },
  ] as const)('refuses $path with $why', ({ path, why }) => {
    expect(blockedAt(path)).toBe(PROFILE_MESSAGES[why]);
  });

  test.each([
    { path: '/tmp' },
    { path: '/run' },
    { path: '/var/run' },
    { path: '/var' },
    { path: '/var/cache/nginx' },
    { path: '/etc/nginx/conf.d' },
    { path: '/usr/lib/unifi/data' },
    { path: '/usr/local/tomcat/work' },
    { path: '/usr/share/nginx/html' },
    { path: '/lib/modules' },
    { path: '/library' },
    { path: '/binaries' },
    { path: '/device' },
    { path: '/process' },
    { path: '/system' },
    { path: '/run/secrets' },
    { path: '/home' },
    { path: '/opt/app' },
  ])('lets $path be', ({ path }) => {
    expect(blockedAt(path)).toBeUndefined();
  });

  test('refuses all that lies above a blocked directory of programs', () => {
    const programs = BLOCKED_PATHS.find(({ why }) => why === 'blocked-programs')?.itself ?? [];
    for (const path of programs) {
      const parent = path.slice(0, path.lastIndexOf('/')) || '/';
      expect(blockedAt(parent)).toBeDefined();
    }
    expect(programs.length).toBeGreaterThan(10);
  });
});

function blockedAt(text: string): string | undefined {
  const path = parseContainerPath(text);
  if (path !== text) throw new Error(`${text} is not clean`);
  return blockedPath(path);
}
