import { describe, expect, test } from '@jest/globals';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { type Diagnosis, diagnose } from '../../../src/core/healing/diagnose.ts';
import { nothingLearned } from '../../../src/core/healing/learned-profile.ts';
import type { Remedy } from '../../../src/core/healing/remedy.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { pathWith, profileWith } from '../catalog/any-profile.ts';
import { crashing, NOW, type PodGiven, patientWith, running, secondsAgo } from './observed.ts';

const REPOSITORY = 'registry.example.com/team/app';
const LEARNED = nothingLearned('shop', REPOSITORY);
/** Hardened with the generic scratch set. */
const SCRATCH = { profiles: [], paths: ['/run', '/tmp', '/var/tmp'] };

type Row = {
  readonly what: string;
  readonly given: PodGiven & {
    readonly log?: string;
    readonly heard?: boolean;
    readonly profiles?: readonly Profile[];
  };
  readonly blameless?: boolean;
  readonly attempts?: number;
  readonly own?: readonly string[];
  readonly ownContent?: 'Copy';
  readonly uncopyable?: string;
  readonly want: readonly string[];
};

function learned(...paths: Parameters<typeof pathWith>[]): Profile {
  return profileWith({
    name: LEARNED.name,
    namespace: 'shop',
    source: 'learned',
    image: { repository: REPOSITORY, digests: [] },
    paths: paths.map(([path, given]) => pathWith(path, given)),
  });
}

const hardenedBy = (...paths: string[]) => ({ profiles: [`shop/${LEARNED.name}@1`], paths });

/** What copied for the container, and what it said in the end. */
function reporting(message: string): JsonObject {
  const terminated = { exitCode: 0, reason: 'Completed', message, finishedAt: secondsAgo(15) };
  return { name: 'rootlock-seed-main', state: { terminated } };
}

const NAMED = 'open /srv/app/state: read-only file system';
const INFERRED = 'cannot create /srv/app/state';
const ALL_EMPTY = ['copy /tmp', 'copy /var/tmp', 'copy /run'];
const GUESSES = [
  'mount /var/lib/app Copy',
  'mount /var/log/app Copy',
  'mount /var/cache/app Copy',
  'mount /var/spool/app Copy',
  'mount /var/mail Copy',
];

const GUESSED_PROFILE = learned(
  ['/tmp', { content: 'Copy' }],
  ...GUESSES.map((guess): [string, { content: 'Copy' }] => [guess.split(' ')[1] ?? '', { content: 'Copy' }]),
);

const GUESSED_PROFILE_LESS = learned(
  ['/tmp', { content: 'Copy' }],
  ...GUESSES.slice(1).map((guess): [string, { content: 'Copy' }] => [
    guess.split(' ')[1] ?? '',
    { content: 'Copy' },
  ]),
);

const rows: readonly Row[] = [
  {
    what: 'nothing of a container that does well',
    given: { status: running(90), initStatuses: [reporting('')] },
    want: ['nothing'],
  },
  {
    what: 'that an image is to be looked at, of which nothing is known, and which runs without a word',
    given: { status: running(20) },
    want: ['copy /run'],
  },
  { what: 'nothing of it while it has just started', given: { status: running(10) }, want: ['nothing'] },
  { what: 'nothing of it once it has run for long', given: { status: running(301) }, want: ['nothing'] },
  { what: 'nothing of it where it is not ready', given: { status: running(10, false) }, want: ['nothing'] },
  {
    what: 'nothing of it in a pod of a Job, whose work would be lost',
    given: { status: running(20), owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'job-1' } },
    want: ['nothing'],
  },
  {
    what: 'nothing of it where nothing would be copied, since the pod has a volume there',
    given: {
      status: running(20),
      volumes: [{ name: 'run', emptyDir: {} }],
      container: { volumeMounts: [{ name: 'run', mountPath: '/run' }] },
    },
    want: ['nothing'],
  },
  { what: 'nothing of a first crash without a word', given: { status: crashing(1) }, want: ['nothing'] },
  {
    what: 'a named path at the first crash',
    given: { status: crashing(1), log: NAMED },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'nothing yet of a container that has just started',
    given: { status: running(5), log: NAMED },
    want: ['nothing'],
  },
  {
    what: 'a named path of a container that runs',
    given: { status: running(12), log: NAMED },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'a named path of one that does not get ready',
    given: { status: running(16, false), log: NAMED },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'a named path of a pod of a Job',
    given: {
      phase: 'Failed',
      status: { state: { terminated: { exitCode: 1, finishedAt: secondsAgo(5) } } },
      log: NAMED,
    },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'all paths that a log names',
    given: { status: crashing(1), log: `${NAMED}\nopen /opt/one/x: read-only file system` },
    want: ['mount /srv/app Copy', 'mount /opt/one Copy'],
  },
  {
    what: 'nothing but named paths of one whose last log has not been read yet',
    given: { status: crashing(3), heard: false },
    want: ['nothing'],
  },
  {
    what: 'a named path of one whose last log has not been read yet',
    given: { status: crashing(3), heard: false, log: NAMED },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'what the image gives to a user of its own, of a container that runs without a word',
    given: {
      record: hardenedBy('/srv/app'),
      status: running(12),
      profiles: [learned(['/srv/app', { content: 'Copy' }])],
      initStatuses: [reporting('4 /home/dev\n4 /srv/app')],
    },
    want: ['mount /home/dev Copy'],
  },
  {
    what: 'nothing of it while it has just started',
    given: { status: running(5), initStatuses: [reporting('4 /home/dev')] },
    want: ['nothing'],
  },
  {
    what: "nothing of it in the pod's own volumes",
    given: {
      status: running(12),
      initStatuses: [reporting('4 /home/dev')],
      volumes: [{ name: 'home', emptyDir: {} }],
      container: { volumeMounts: [{ name: 'home', mountPath: '/home' }] },
    },
    want: ['nothing'],
  },
  {
    what: 'no inferred path at the first crash',
    given: { status: crashing(1), log: INFERRED },
    want: ['nothing'],
  },
  {
    what: 'an inferred path at the second crash',
    given: { status: crashing(2), log: INFERRED },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'an inferred path at the first crash of a pod that was made after a change, which is the second one',
    given: { status: crashing(1), log: INFERRED },
    attempts: 1,
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'guesses at the first crash of such a pod without a word',
    given: { status: crashing(1) },
    attempts: 1,
    want: [...ALL_EMPTY, ...GUESSES],
  },
  {
    what: 'nothing of such a pod that takes its time to get ready',
    given: { status: running(16, false), log: INFERRED },
    attempts: 1,
    want: ['nothing'],
  },
  {
    what: 'nothing of such a pod that does well',
    given: { status: running(20), initStatuses: [reporting('')] },
    attempts: 1,
    want: ['nothing'],
  },
  {
    what: 'an inferred path of one that has run on for a while',
    given: { status: running(12), log: INFERRED },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'no inferred path of one that has just started',
    given: { status: running(11), log: INFERRED },
    want: ['nothing'],
  },
  {
    what: 'guesses at the second crash without a word',
    given: { status: crashing(2) },
    want: [...ALL_EMPTY, ...GUESSES],
  },
  {
    what: 'no guesses where it is known to be blameless',
    given: { status: crashing(9) },
    blameless: true,
    want: ['nothing'],
  },
  {
    what: 'nothing more to try where the guesses did not help, and waits for a third crash',
    given: { status: crashing(2), profiles: [GUESSED_PROFILE], record: hardenedBy('/tmp') },
    want: ['nothing'],
  },
  {
    what: 'a reason to give up at the third crash',
    given: { status: crashing(3), profiles: [GUESSED_PROFILE], record: hardenedBy('/tmp') },
    want: ['incurable no-path'],
  },
  {
    what: 'a path that must not be mounted over as that reason',
    given: {
      status: crashing(3),
      log: 'open /usr/bin/x: Read-only file system',
      profiles: [GUESSED_PROFILE],
      record: hardenedBy('/tmp'),
    },
    want: ['incurable blocked-path'],
  },
  {
    what: 'that its pod is older than the profile',
    given: { status: crashing(2), log: NAMED, profiles: [learned(['/srv/app'])], record: SCRATCH },
    want: ['outdated'],
  },
  {
    what: 'a path that even the newer profile lacks',
    given: { status: crashing(1), log: NAMED, profiles: [learned(['/opt'])], record: SCRATCH },
    want: ['mount /srv/app Copy'],
  },
  {
    what: 'hidden files in a mount that was empty',
    given: { status: crashing(1), log: 'Missing privilege separation directory: /run/sshd' },
    want: ['copy /run'],
  },
  {
    what: 'hidden files of a container that has run on for a while',
    given: { status: running(12), log: 'connect to /run/app/socket: No such file or directory' },
    want: ['copy /run'],
  },
  {
    what: 'no missing temporary file of a container that runs',
    given: {
      status: running(50),
      log: 'open /tmp/x: No such file or directory',
      initStatuses: [reporting('')],
    },
    want: ['nothing'],
  },
  {
    what: 'a refused mode in a mount that was empty',
    given: {
      status: crashing(1),
      log: 'chmod: changing permissions of /var/lib/x/y: Operation not permitted',
      profiles: [learned(['/var/lib/x/y'])],
      record: hardenedBy('/var/lib/x/y'),
    },
    own: ['/var/lib/x/y'],
    want: ['copy /var/lib/x/y'],
  },
  {
    what: 'a refused mode in a mount with its content',
    given: {
      status: crashing(1),
      log: 'chmod: changing permissions of /var/lib/x/y: Operation not permitted',
      profiles: [learned(['/var/lib/x/y', { content: 'Copy' }])],
      record: hardenedBy('/var/lib/x/y'),
    },
    own: ['/var/lib/x/y'],
    want: ['widen /var/lib/x/y to /var/lib/x'],
  },
  {
    what: 'a file in a mount with its content whose group it does not get from the directory above, as it did in the image',
    given: {
      status: crashing(1),
      log: "# Fatal error, can't open config file '/etc/redis/runtime/redis.conf': Permission denied",
      profiles: [learned(['/etc/redis/runtime', { content: 'Copy' }])],
      record: hardenedBy('/etc/redis/runtime'),
    },
    own: ['/etc/redis/runtime'],
    want: ['widen /etc/redis/runtime to /etc/redis'],
  },
  {
    what: 'nothing of a file elsewhere that it may not open',
    given: {
      status: crashing(1),
      log: "# Fatal error, can't open config file '/etc/redis/redis.conf': Permission denied",
      profiles: [learned(['/etc/redis/runtime', { content: 'Copy' }])],
      record: hardenedBy('/etc/redis/runtime'),
    },
    own: ['/etc/redis/runtime'],
    want: ['nothing'],
  },
  {
    what: 'nothing of a file in a mount that it may not open, where it goes on',
    given: {
      status: running(50),
      log: "can't open '/etc/redis/runtime/extra.conf': Permission denied",
      profiles: [learned(['/etc/redis/runtime', { content: 'Copy' }])],
      record: hardenedBy('/etc/redis/runtime'),
    },
    own: ['/etc/redis/runtime'],
    want: ['nothing'],
  },
  {
    what: 'a refused mode in a directory for one of all programs, where little lies beside it',
    given: {
      status: crashing(1),
      log: '/var/spool/smtpd must be rwx--x--x (711)',
      profiles: [learned(['/var/spool/smtpd', { content: 'Copy' }])],
      record: hardenedBy('/var/spool/smtpd'),
    },
    own: ['/var/spool/smtpd'],
    want: ['widen /var/spool/smtpd to /var/spool'],
  },
  {
    what: 'nothing of it where much lies beside it, such as all packages',
    given: {
      status: crashing(1),
      log: '/var/lib/smtpd must be rwx--x--x (711)',
      profiles: [learned(['/var/lib/smtpd', { content: 'Copy' }])],
      record: hardenedBy('/var/lib/smtpd'),
    },
    own: ['/var/lib/smtpd'],
    want: ['nothing'],
  },
  {
    what: 'a rename across mounts',
    given: {
      status: crashing(1),
      log: 'rename /srv/app/a/x: Invalid cross-device link',
      profiles: [learned(['/srv/app/a'])],
      record: hardenedBy('/srv/app/a'),
    },
    own: ['/srv/app/a'],
    want: ['widen /srv/app/a to /srv/app'],
  },
  {
    what: 'a mount where the image has a file',
    given: {
      status: {
        restartCount: 0,
        state: { waiting: { reason: 'RunContainerError' } },
        lastState: {
          terminated: {
            exitCode: 128,
            reason: 'StartError',
            message:
              'runc create failed: error mounting "/var/lib/kubelet/x" to rootfs at "/opt/app/state": not a directory',
            finishedAt: secondsAgo(2),
          },
        },
      },
      profiles: [learned(['/opt/app/state'])],
      record: hardenedBy('/opt/app/state'),
    },
    own: ['/opt/app/state'],
    want: ['widen /opt/app/state to /opt/app'],
  },
  {
    what: 'a file of the run before at the second crash',
    given: { status: crashing(2), log: 'httpd (pid 7) already running, pid file /run/httpd.pid' },
    want: ['incurable stale-file'],
  },
  {
    what: 'an image without a shell',
    given: {
      initStatuses: [failedSeed(127)],
      status: { state: { waiting: { reason: 'PodInitializing' } } },
    },
    want: ['no-shell'],
  },
  {
    what: 'an image that cannot be started to copy',
    given: { initStatuses: [failedSeed(128)], status: { state: { waiting: { reason: 'PodInitializing' } } } },
    want: ['no-shell'],
  },
  {
    what: 'a copy that fails',
    given: {
      initStatuses: [failedSeed(1, 2)],
      status: { state: { waiting: { reason: 'PodInitializing' } } },
    },
    want: ['incurable copy-failed'],
  },
  {
    what: 'the mount whose content could not be copied',
    given: {
      initStatuses: [failedSeed(1, 1, "cp: cannot open '/var/lib/app/./db' for reading: Permission denied")],
      status: { state: { waiting: { reason: 'PodInitializing' } } },
    },
    own: ['/var/lib/app'],
    ownContent: 'Copy',
    want: ['uncopyable /var/lib/app'],
  },
  {
    what: 'no mount where copying has failed, and a reason to give up',
    given: {
      status: crashing(3),
      log: 'open /var/lib/app/db: read-only file system',
      profiles: [GUESSED_PROFILE_LESS],
      record: hardenedBy('/tmp'),
    },
    uncopyable: '/var/lib/app/db',
    want: ['incurable copy-failed'],
  },
  {
    what: 'nothing of a container that was killed for its memory',
    given: {
      status: {
        ...crashing(2),
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: secondsAgo(2) } },
      },
    },
    blameless: true,
    want: ['nothing'],
  },
];

function failedSeed(exitCode: number, crashes = 1, message = 'cp: cannot stat'): JsonObject {
  return {
    name: 'rootlock-seed-main',
    restartCount: crashes - 1,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode, message, finishedAt: secondsAgo(2) } },
  };
}

describe('diagnose', () => {
  test.each(rows)(
    'finds $what',
    ({ given, blameless = false, attempts = 0, own = [], ownContent, uncopyable, want }) => {
      const patient = patientWith({ record: SCRATCH, ...given });
      const known = {
        ...LEARNED,
        paths: own.map((path) => pathWith(path, { content: ownContent ?? 'Empty' })),
        uncopyable: uncopyable === undefined ? [] : [pathWith(uncopyable).path],
      };
      const context = { learned: known, programs: new Map(), blameless, attempts, mayLook: true, now: NOW };
      expect(words(diagnose(patient, context))).toEqual(want);
    },
  );

  test('takes the paths of the same program under its usual name', () => {
    const listed = ['/srv/app', '/etc/app', '/var/run/app', '/tmp/app'].map((path) => pathWith(path));
    const nginx = profileWith({ source: 'builtin', paths: listed });
    const patient = patientWith({ record: SCRATCH, status: crashing(1), log: NAMED });
    const programs = new Map([['app', [nginx]]]);
    const context = { learned: LEARNED, programs, blameless: false, attempts: 0, mayLook: true, now: NOW };
    expect(words(diagnose(patient, context))).toEqual(['mount /srv/app Copy', 'mount /etc/app Copy']);
  });
});

function words(diagnosis: Diagnosis): readonly string[] {
  switch (diagnosis.kind) {
    case 'nothing':
    case 'outdated':
      return [diagnosis.kind];
    case 'incurable':
      return [`incurable ${diagnosis.cause}`];
    case 'curable':
      return diagnosis.remedies.map(remedyWords);
  }
}

function remedyWords(remedy: Remedy): string {
  switch (remedy.kind) {
    case 'mount':
      return `mount ${remedy.mount.path} ${remedy.mount.content}`;
    case 'copy':
      return `copy ${remedy.path}`;
    case 'widen':
      return `widen ${remedy.from} to ${remedy.to.path}`;
    case 'no-shell':
      return 'no-shell';
    case 'uncopyable':
      return `uncopyable ${remedy.path}`;
  }
}
