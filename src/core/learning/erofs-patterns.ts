/**
 * How programs say EROFS ("Read-only file system", errno 30). Adding a pattern is adding a row: `seen` is a
 * real log line, and the table test reads it. An earlier row wins where two match the same words.
 */
export type ErofsPattern = {
  readonly name: string;
  readonly seen: string;
  /** Linear on any input: no nested or neighbouring unbounded repetition. */
  readonly line: RegExp;
  /** Where such a program writes; set where the line never names the path, so that none is looked for. */
  readonly implies?: readonly Place[];
};

/** A place that a program writes to without naming it: what a variable says, the working directory, or a fixed path. */
export type Place = '$TMPDIR' | '$HOME' | '$PGDATA' | 'workingDir' | `/${string}`;

export const EROFS_PATTERNS: readonly ErofsPattern[] = [
  {
    name: 'php-opcache-lock',
    seen: 'Mon Nov 23 06:40:22 2026 (8): Fatal Error Unable to create lock file: Read-only file system (30)',
    line: /Fatal Error Unable to create lock file: Read-only file system/i,
    implies: ['$TMPDIR'],
  },
  {
    name: 'shell-here-document',
    seen: '/run.sh: line 23: cannot create temp file for here-document: Read-only file system',
    line: /temp file for here-?\s?document: Read-only file system/i,
    implies: ['$TMPDIR'],
  },
  {
    name: 'redis-append-only-file',
    seen: "1:M 05 Sep 2020 21:43:13.492 # Can't open the append-only file: Read-only file system",
    line: /append-only (?:file|dir)(?: \S+)?: Read-only file system/i,
    implies: ['workingDir'],
  },
  {
    name: 'apk-database',
    seen: 'ERROR: Unable to lock database: Read-only file system',
    line: /ERROR: (?:Unable to lock|Failed to open apk) database: Read-only file system/i,
    implies: ['/lib/apk/db'],
  },
  {
    name: 'slapd-database-directory',
    seen: '6b03fcb6.12db0e83 0x7f94a2188200 olcDbDirectory: value #0: invalid path: Read-only file system',
    line: /olcDbDirectory: value #\d+: invalid path: Read-only file system/i,
    implies: ['/var/lib/ldap'],
  },
  {
    name: 'pid-file',
    seen: "[ERROR] Can't start server: can't create PID file: Read-only file system",
    line: /(?:creat|writ|open)\w* (?:the )?pid ?file: Read-only file system/i,
    implies: ['/run'],
  },
  {
    name: 'postgres-data-directory',
    seen: '2026-11-23 08:49:23.960 UTC [38] FATAL:  could not create lock file "postmaster.pid": Read-only file system',
    line: /could not \w+ (?:to )?(?:lock )?file "(?:postmaster\.|postgresql\.auto|pg_\w+|global|base|log)[^"\n]{0,80}": Read-only file system/i,
    implies: ['$PGDATA', '/var/lib/postgresql/data'],
  },
  {
    name: 'mysql-data-directory',
    seen: `2026-11-23  8:45:38 0 [ERROR] mariadbd: Can't create/write to file './ddl_recovery.log' (Errcode: 30 "Read-only file system")`,
    line: /(?:mysqld|mariadbd|InnoDB): [^\n]{0,80}'\.\/[^'\n]{1,80}' \((?:OS )?err(?:no|code): ?30[^)\n]{0,40}/i,
    implies: ['/var/lib/mysql'],
  },
  {
    name: 'strerror',
    seen: 'open /tmp/gpg-key-recipe505421993: read-only file system',
    line: /read[- ]?only[- ]?file[- ]?system/i,
  },
  {
    name: 'strerror-turned-round',
    seen: "Failed to write to '/var/lib/app/state': the file system is read-only",
    line: /\bfile ?system (?:is|was|has been|mounted|got|became)(?: currently)?(?: mounted)?(?: as)? read-?\s?only\b/i,
  },
  {
    name: 'symbol',
    seen: `2026-11-23 06:41:01.472381+00:00 [notice] <0.44.0> Application rabbit exited with reason: {{cannot_log_to_file,"/var/log/rabbitmq/rabbit@rabbitmq-59678657b5-zd8d7_upgrade.log",erofs},{rabbit,start,[normal,[]]}}`,
    line: /\bEROFS\b|(?<=[,:='"{(]\s?)erofs(?=$|['"\s)},.;\]])|^\s*erofs(?=\s*[},])/,
  },
  {
    name: 'errno',
    seen: 'npm ERR! errno -30',
    line: /\b(?:errno|errcode|err_?no|os[_ ]?error|os errno|error number|system error)['"]?\s?[:=]?\s?\(?-?30\b|\bOs \{ code: 30\b|\b(?:system|generic):30\b/i,
  },
  {
    name: 'windows-status',
    seen: 'smbd: cannot create /var/lib/samba/registry.tdb: WERR_WRITE_PROTECT',
    line: /\b(?:WERR_WRITE_PROTECT|NT_STATUS_MEDIA_WRITE_PROTECTED|ERROR_WRITE_PROTECT)\b/,
  },
];
