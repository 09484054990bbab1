import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import type { TroubleCause } from './evidence.ts';

/** Lines of programs that an emptyDir broke. Adding one is adding a row. */
export type TroublePattern = {
  readonly name: string;
  readonly seen: string;
  readonly cause: TroubleCause;
  readonly line: RegExp;
  /** Such a line tells nothing of volumes unless it names a path. */
  readonly needsPath?: true;
  /** The path that is meant where the line has none. */
  readonly implies?: ContainerPath | undefined;
};

const TMP = parseContainerPath('/tmp');

export const TROUBLE_PATTERNS: readonly TroublePattern[] = [
  {
    name: 'ruby-tmpdir-mode',
    seen: 'system temporary path is world-writable: /tmp',
    cause: 'refused-mode',
    line: /system temporary path is (?:world-writable|not writable|not a directory)/,
    implies: TMP,
  },
  {
    name: 'ruby-no-tmpdir',
    seen: 'Dir.tmpdir: could not find a temporary directory (ArgumentError)',
    cause: 'refused-mode',
    line: /could not find a temporary directory/,
    implies: TMP,
  },
  {
    name: 'refused-chmod',
    seen: 'FATAL:  could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted',
    cause: 'refused-mode',
    line: /(?:ch(?:mod|own|grp)|permissions?|ownership|owner|mode|utime|timestamps?|setting times)\b[^\n]{0,300}(?:operation not permitted|\bEPERM\b|not owner)/i,
  },
  {
    name: 'unsafe-mode',
    seen: '/run/sshd must be owned by root and not group or world-writable.',
    cause: 'refused-mode',
    line: /(?:must|should) (?:not )?be (?:owned|writable|accessible|group|world)[^\n]{0,60}|(?:wrong|invalid|bad|insecure|unsafe|incorrect|too open) (?:ownership|owner|permissions?|mode)|(?:group|world|other)[- ](?:or[- ](?:world|other)[- ])?(?:writ(?:e)?able|readable|accessible)|permissions? (?:\S+ )?(?:for \S+ )?(?:are|is) too (?:open|permissive|liberal)|has (?:group|wrong|invalid) [\w ]*(?:access|permissions|ownership)|is not owned by/i,
  },
  {
    name: 'wanted-mode',
    seen: '/var/spool/smtpd must be rwx--x--x (711)',
    cause: 'refused-mode',
    line: /must (?:be|have)(?: (?:mode|permissions?))?[ :=]+["'(]?(?:[r-][w-][xst-][r-][w-][xst-][r-][w-][xt-]|0[0-7]{3})(?!\w)/i,
  },
  {
    name: 'permission-denied',
    seen: "# Fatal error, can't open config file '/etc/redis/runtime/redis.conf': Permission denied",
    cause: 'refused-mode',
    line: /permission denied|\bEACCES\b|AccessDeniedException|os error 13\b/i,
    needsPath: true,
  },
  {
    name: 'rename-onto-mount',
    seen: 'Exception in thread "main" java.nio.file.FileSystemException: /usr/share/elasticsearch/config/elasticsearch.keystore.tmp /usr/share/elasticsearch/config/elasticsearch.keystore: Device or resource busy',
    cause: 'cross-mount',
    line: /device or resource busy|\bEBUSY\b|invalid cross-device link|cross-device link not permitted|\bEXDEV\b|os error 18\b|inter-device move failed/i,
  },
  {
    name: 'file-exists',
    seen: 'mkdir: cannot create directory ‘/tmp/certs’: File exists',
    cause: 'stale-file',
    line: /\bfile exists\b|\bEEXIST\b|FileAlreadyExistsException|FileExistsError|os error 17\b/i,
  },
  {
    name: 'already-running',
    seen: 'httpd (pid 7) already running, pid file /run/apache2/apache2.pid',
    cause: 'stale-file',
    line: /already (?:running|started|locked|in use by another)|another (?:instance|process|copy|server)[^\n]{0,40}(?:running|using|lock|might be)|is another [^\n]{0,60}running|stale (?:pid|lock|socket)|(?:pid|lock) ?file[^\n]{0,120}(?<!\bnot )(?:already )?exists|a server is already running/i,
  },
  {
    name: 'socket-in-use',
    seen: 'listen unix /var/local/tcpinfoeventsocket/tcpevents.sock: bind: address already in use',
    cause: 'stale-file',
    line: /address already in use|\bEADDRINUSE\b|os error 98\b/i,
    needsPath: true,
  },
  {
    name: 'is-a-directory',
    seen: 'open /srv/app/state: is a directory',
    cause: 'file-wanted',
    line: /\bis a directory\b|\bEISDIR\b|os error 21\b|IsADirectoryError/i,
    needsPath: true,
  },
  {
    name: 'privilege-separation-directory',
    seen: 'Missing privilege separation directory: /run/sshd',
    cause: 'hidden-content',
    line: /Missing privilege separation directory/,
  },
  {
    name: 'file-missing',
    seen: 'Exception in thread "main" java.nio.file.NoSuchFileException: /usr/share/elasticsearch/config/jvm.options',
    cause: 'hidden-content',
    line: /no such file or directory|NoSuchFileException|\bENOENT\b|cannot find module|FileNotFoundError|could not find (?:file|directory)|os error 2\b|does not exist|\(not exists\)/i,
    needsPath: true,
  },
];
