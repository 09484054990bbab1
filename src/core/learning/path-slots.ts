import type { FailingCall } from './evidence.ts';

/**
 * Where a path stands next to the words for EROFS, in the message grammars that languages and C libraries
 * share. A slot is exact: it also takes relative paths, and it beats every other path of the line.
 * `before` ends where the words for EROFS begin, `after` starts where they end; groups: `path`, the target
 * `to` of a rename, copy or link, and `dir` that a bare file name lies in.
 */
export type PathSlot = {
  readonly name: string;
  readonly seen: string;
  /** The path may as well be another word: taken only where the line has no absolute path, and never a bare word. */
  readonly loose?: true;
  /** A bare word counts only where a failing call stands before it. */
  readonly needsCall?: true;
  /** Go's own words, never translated, and in small letters: else a bare word is one of the message's. */
  readonly ofGo?: true;
  /** Only where the words for EROFS are of another language than English. */
  readonly translated?: true;
  /** The call, where the grammar tells it. */
  readonly call?: FailingCall;
} & ({ readonly before: RegExp } | { readonly after: RegExp });

const CALLS =
  'open(?:at)?|mkdir(?:at|temp)?|mkdtemp|creat|create|unlink(?:at)?|remove|rmdir|rm|chmod|f?chown|lchown|chtimes|utimes?|l?utimes|truncate|write|writev|mknod|mkfifo|(?:listen|bind|dial) (?:unix|unixgram|unixpacket)|access|stat|fsync|setxattr';

export const PATH_SLOTS: readonly PathSlot[] = [
  {
    name: 'node-system-error-pair',
    seen: "Error: EROFS: read-only file system, rename '/rofs/etc/f' -> '/rofs/etc/g'",
    after: /^,? (?:\w+ )?'(?<path>[^'\n]+)' -> '(?<to>[^'\n]+)'/,
  },
  {
    name: 'node-system-error',
    seen: "Error: EROFS: read-only file system, mkdir '/opt/codetogether/.forever'",
    after: /^, \w+ '(?<path>[^'\n]+)'/,
  },
  {
    name: 'python-os-error-pair',
    seen: "OSError: [Errno 30] Read-only file system: '/rofs/etc/f' -> '/rofs/etc/g'",
    after: /^\s?: ['"](?<path>[^'"\n]+)['"] -> ['"](?<to>[^'"\n]+)['"]/,
  },
  {
    name: 'python-os-error',
    seen: "OSError: [Errno 30] Read-only file system: '/usr/local/mailman/logs/error'",
    after: /^\s?: b?['"](?<path>[^'"\n]+)['"]/,
  },
  {
    name: 'ruby-system-call-error-pair',
    seen: 'Read-only file system @ rb_file_s_rename - (/etc/hostname, /etc/hn) (Errno::EROFS)',
    after: /^ @ \w+ - \((?<path>[^,\n]+), (?<to>[^)\n]+)\)/,
  },
  {
    name: 'ruby-system-call-error',
    seen: "/app/bundle/gems/puma-5.6.7/lib/puma/launcher.rb:259:in `write': Read-only file system @ rb_sysopen - tmp/pids/server.pid (Errno::EROFS)",
    after: /^ @ \w+ - (?<path>[^\s>(),"']+)/,
  },
  {
    name: 'cpp-filesystem-error-pair',
    seen: 'filesystem error: cannot rename: Read-only file system [/etc/hostname] [/etc/q]',
    after: /^ \[["']?(?<path>\/[^\]\n]*?)["']?\] \[["']?(?<to>\/[^\]\n]*?)["']?\]/,
  },
  {
    name: 'link-and-its-target',
    seen: 'could not create new link "/etc/acme/l" pointing to "exist": read-only file system',
    before: /(['"])(?<path>(?:(?!\1)[^\n])+)\1 (?:pointing|linked|that points) to \S+: $/,
    call: 'write-file',
  },
  {
    name: 'errno-call-path',
    seen: 'bridge_1   | "Unix.Unix_error(Unix.EROFS, "mkdir", "/data/repos/datakit/.git/tmp")"',
    after: /^, "\w+", "(?<path>[^"\n]+)"/,
  },
  {
    name: 'redis-server-root-dir',
    seen: 'Failed opening the RDB file dump.rdb (in server root dir /data) for saving: Read-only file system',
    before: /file (?<path>[^\s(/]+) \(in [a-z ]*dir(?:ectory)? (?<dir>\/[^)\s]+)\)[a-z ]*: $/i,
    call: 'write-file',
  },
  {
    name: 'dash-redirect',
    seen: '/docker-entrypoint.sh: 98: /docker-entrypoint.sh: cannot create /var/lib/jetty/jetty.start: Read-only file system',
    before: /(?<!mkdir): (?:cannot|can't) (?:create|open) (?<path>\/[^:'"\n]+|[^\s:'"‘“]+): $/,
    call: 'write-file',
  },
  {
    name: 'tar-member',
    seen: 'tar: app/config: Cannot mkdir: Read-only file system',
    before: /\btar: (?<path>[^\s:]+): Cannot [a-z ]+: $/,
  },
  {
    name: 'go-link-error',
    seen: 'rename /rofs/etc/f /rofs/etc/g: read-only file system',
    ofGo: true,
    before: /\b(?:rename(?:at2?)?|link|symlink|linkat) (?<path>[^\s:]+) (?<to>[^\s:]+): $/,
  },
  {
    name: 'go-path-error',
    seen: 'create cache directory: mkdir /home/coder/.cache: read-only file system',
    ofGo: true,
    before: new RegExp(`(?:^|[\\s"'\`(\\[{:=,>])(?:${CALLS}) (?<path>[^\\s:'"]+): (?:bind: )?$`),
  },
  {
    name: 'function-pair',
    seen: 'PHP Warning:  rename(/etc/hostname,/etc/hn): Read-only file system in Command line code on line 1',
    before:
      /\b\w*(?:rename|link|copy|move|replace)\w*\((?<path>[^(),\n]+), ?(?<to>[^(),\n]+)\):? ?(?:failed)?: $/i,
  },
  {
    name: 'function-failed',
    seen: 'file_put_contents(/var/task/user/storage/framework/views/d11488bf2fc2bb96af744c78115ab527.php): Failed to open stream: Read-only file system',
    before:
      /\b\w+\((?:-?\d+, ?|AT_FDCWD, ?)?(?<path>[^(),\n]+)(?:, ?[^(),\n]+){0,3}\)(?: in \w+ mode)?:? ?failed(?: to open (?:stream|dir))?(?:: | \()$/i,
  },
  {
    name: 'java-io',
    seen: 'java.io.FileNotFoundException: logs/rel.log (Read-only file system)',
    before: /FileNotFoundException: (?<path>[^\n:]+?) \($/,
    call: 'write-file',
  },
  {
    name: 'dart-file-system-exception',
    seen: "FileSystemException: Creation failed, path = 'configs' (OS Error: Read-only file system, errno = 30)",
    before: /, path = '(?<path>[^'\n]+)' \(OS Error: $/,
  },
  {
    name: 'java-nio-pair',
    seen: 'java.nio.file.FileSystemException: /rofs/etc/f -> /rofs/etc/g: Read-only file system',
    before: /FileSystemException: (?<path>[^\n:]+?) -> (?<to>[^\n:]+?): $/,
  },
  {
    name: 'java-nio',
    seen: 'Exception in thread "main" java.nio.file.FileSystemException: /opt/sonarqube/temp/README.txt: Read-only file system',
    before: /FileSystemException: (?<path>[^\n:]+?): $/,
    call: 'unknown',
  },
  {
    name: 'bash-redirect',
    seen: '/opt/bitnami/scripts/libpgpool.sh: line 350: /opt/bitnami/pgpool/conf/pool_hba.conf: Read-only file system',
    before: /: (?:\p{L}+ \d+|(?:第|行) ?\d+(?: ?行)?): (?<path>[^:\n]+): $/u,
    needsCall: true,
    call: 'write-file',
  },
  {
    name: 'shell-redirect',
    seen: 'bash: conf/state: Read-only file system',
    before: /(?:^|[\s/-])(?:ba|da|a|k|z)?sh: (?<path>[^\s:'"]+): $/,
    call: 'write-file',
  },
  {
    // Lua's own functions write files only, and make no directories.
    name: 'lua-file',
    seen: 'lua5.4: (command line):1: /srv/data/a: Read-only file system',
    before: /(?:\.lua|\(command line\)|\[string "[^"\n]{0,80}"\]):\d+: (?<path>\/[^:\n]+): $/,
    call: 'write-file',
  },
  {
    name: 'zsh-redirect',
    seen: 'zsh:1: read-only file system: /srv/c',
    after: /^: (?<path>[^\s:'"]+)$/,
    call: 'write-file',
  },
  {
    name: 'quoted-pair',
    seen: "mv: cannot move '/etc/hostname' to '/etc/hn': Read-only file system",
    before:
      /(?:^|[\s(:])(['"])(?<path>(?:(?!\1)[^\n])+)\1 (?:->|=>|to|as) (['"])(?<to>(?:(?!\3)[^\n])+)\3[^'"/\n]{0,48}$/,
  },
  {
    name: 'quoted-pair-translated',
    seen: "mv: impossibile spostare '/data/exist' in '/data/m': File system in sola lettura",
    translated: true,
    before:
      /(?:^|[\s(:])(['"])(?<path>(?:(?!\1)[^\n])+)\1 ?\p{L}{1,6} ?(['"])(?<to>(?:(?!\3)[^\n])+)\3[^'"/\n]{0,48}$/u,
  },
  {
    name: 'quoted-path',
    seen: "chown: changing ownership of '/var/lib/rabbitmq/.erlang.cookie': Read-only file system",
    before:
      /(?:^|[\s([:=,>]|[^\p{ASCII}])(['"])(?<path>(?:(?!\1)[^\n])+)\1 ?(?:for \w+)?(?::|：|-|—|–|,)? ?(?:failed:? )?\(?$/u,
    needsCall: true,
  },
  {
    name: 'typographic-quotes',
    seen: 'mkdir: cannot create directory ‘/srv/a’: Read-only file system',
    before: /[‘“«„`「](?<path>[^‘’“”«»„`'」\n]+)[’”»“'`」] ?(?::|：|-|—|–|,)? ?(?:failed:? )?\(?$/,
    needsCall: true,
  },
  {
    name: 'file-name-with-spaces',
    seen: 'ERROR: /var/lib/acme/my file.txt (Read-only file system)',
    before:
      /(?:^|[\s:=(])(?<path>\/[^\s:'"]+(?: (?!(?:as|at|by|because|due|file|for|from|in|into|of|on|to|via|while|with)\b)[^\s:'"/]+){0,5} [^\s:'"/]*\.[a-z]\w{0,7})(?:: | \()$/i,
    call: 'write-file',
  },
  {
    name: 'named-file',
    seen: 'Warning: Failed to open the file out.html: Read-only file system',
    before: /\b(?:file|dir|directory|log|socket|fifo|database) (?<path>[^\s:'"/]+): $/i,
    loose: true,
  },
  {
    name: 'failed-call-and-name',
    seen: 'sort: open failed: sorted: Read-only file system',
    before: /\b(?:open|creat\w*|write|mkdir|rename|unlink) (?:failed|error): (?<path>[^\s:'"/]+): $/,
    call: 'write-file',
  },
  {
    name: 'program-and-file-name',
    seen: 'gzip: exist.gz: Read-only file system',
    before:
      /^[a-z][\w.-]{0,30}: (?<path>[^\s:'"/]+\.(?!(?:[cm]?[jt]sx?|go|py|rb|rs|cc?|cpp|java|kt|php|p[lm]|lua|sh|exs?|erl|scala)\b)[a-z]\w{0,7}): $/,
    loose: true,
    call: 'write-file',
  },
  {
    name: 'function-of-relative-path',
    seen: 'fopen(state.db): Read-only file system',
    before: /\b\w+\((?<path>[^(),\n]+)(?:, ?[^(),\n]+){0,3}\): $/,
    loose: true,
  },
  {
    name: 'cannot-open-name',
    seen: "30:M 23 Nov 2026 08:42:43.190 # Can't open nodes.conf in order to acquire a lock: Read-only file system",
    before:
      /\b(?:can't|cannot|could not|couldn't|failed to|unable to|failed|error) (?:open|creat|writ|renam|remov|append|unlink|sav|touch|delet)\w* (?:(?!for\b|in\b|to\b)[a-z-]+ ){0,2}?(?<path>[\w-][\w.-]*\.[a-z]\w{0,7})\b[^/:\n]{0,60}: $/i,
    loose: true,
  },
  {
    name: 'relative-file',
    seen: 'postfix/master[1]: fatal: open lock file pid/master.pid: cannot open file: Read-only file system',
    before:
      /\b(?:file|open|create|write|lock|bind|mkdir|directory) (?<path>[\w.-]+(?:\/[\w.-]+)+)\b[^/\n]{0,60}: $/i,
    loose: true,
  },
];
