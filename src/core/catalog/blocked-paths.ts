import { type ContainerPath, realPath } from '../container-path.ts';
import { PROFILE_MESSAGES, type ProfileMessage } from './profile-messages.ts';

/**
 * What must never be mounted over (DESIGN, section 4). `itself`: only the directory, since volumes below it hide
 * nothing else; `below`: all that is in it, too.
 */
export const BLOCKED_PATHS: readonly {
  readonly why: ProfileMessage;
  readonly itself?: readonly string[];
  readonly below?: readonly string[];
}[] = [
  { why: 'blocked-root', itself: ['/'] },
  {
    why: 'blocked-programs',
    itself: [
      '/bin',
      '/sbin',
      '/lib',
      '/lib32',
      '/lib64',
      '/libx32',
      '/usr',
      '/usr/bin',
      '/usr/sbin',
      '/usr/lib',
      '/usr/lib32',
      '/usr/lib64',
      '/usr/libx32',
      '/usr/libexec',
      // Above /usr/local/bin.
      '/usr/local',
      '/usr/local/bin',
      '/usr/local/sbin',
      '/usr/local/lib',
    ],
  },
  { why: 'blocked-etc', itself: ['/etc'] },
  {
    why: 'blocked-file',
    itself: ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/etc/passwd', '/etc/group', '/etc/shadow'],
  },
  // Before /dev, which it lies in.
  { why: 'blocked-shared-memory', below: ['/dev/shm'] },
  { why: 'blocked-kernel', below: ['/proc', '/sys', '/dev'] },
  // Its parents may be mounted: the runtime mounts the token into the volume.
  { why: 'blocked-service-account', below: ['/run/secrets/kubernetes.io'] },
];

/**
 * Why nothing may be mounted at a path and what to do instead, as a sentence whose subject is the path;
 * undefined where a mount is fine.
 */
export function blockedPath(path: ContainerPath): string | undefined {
  const real = realPath(path);
  const why =
    ITSELF.get(real) ?? BELOW.find(({ top, within }) => real === top || real.startsWith(within))?.why;
  return why === undefined ? undefined : PROFILE_MESSAGES[why];
}

const ITSELF = new Map<string, ProfileMessage>(
  BLOCKED_PATHS.flatMap(({ why, itself = [] }) => itself.map((path) => [path, why] as const)),
);

const BELOW = BLOCKED_PATHS.flatMap(({ why, below = [] }) =>
  below.map((top) => ({ why, top, within: `${top}/` })),
);
