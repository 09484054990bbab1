import type { Place } from './erofs-patterns.ts';

/**
 * Lines that a read-only root causes and that do not say so. They count as inferred: used only when the
 * container fails and no line names a path. `side` tells where the path stands from the words that match.
 */
export type InferredPattern = {
  readonly name: string;
  readonly seen: string;
  /** A group `path` holds the path itself. */
  readonly line: RegExp;
  readonly side: 'before' | 'after' | 'either';
  /** Where the program writes when the line names no path; without it such a line tells nothing. */
  readonly implies?: readonly Place[];
  /** Another error told in the same line does not rule the row out. */
  readonly whateverError?: true;
  /** A missing parent makes a creation fail with ENOENT, so this does not rule the row out. */
  readonly evenMissing?: true;
  /** Programs say this of much else, too: believed last. */
  readonly doubtful?: true;
};

const CANNOT =
  "(?:fail(?:ed|ure|s|ing)?(?: to| in)?|can ?no?t|can't|could ?n[o']t|couldn't|unable to|not able to|(?:im|not )possible to|error|trying to|tried to|problem(?:s)?)";
const MAKE =
  '(?:creat\\w*|add|mak(?:e|ing)|mkdir\\w*|writ\\w*|touch\\w*|sav(?:e|ing)|stor(?:e|ing)|persist\\w*|append\\w*|dump\\w*|generat\\w*|set(?:ting)? up|initiali[sz]\\w*|record\\w*|extract\\w*|unpack\\w*|install\\w*)';
const CHANGE =
  '(?:lock\\w*|delet\\w*|remov\\w*|unlink\\w*|renam\\w*|mov(?:e|ing)|truncat\\w*|chmod\\w*|chown\\w*|bind\\w*|chang\\w*|updat\\w*|replac\\w*|modif\\w*|rotat\\w*|rewrit\\w*)';

export const INFERRED_PATTERNS: readonly InferredPattern[] = [
  {
    name: 'python-no-temporary-directory',
    seen: "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/app']",
    line: /No usable temporary directory(?: name)? found in \['(?<path>\/[^']+)'/,
    side: 'after',
    whateverError: true,
  },
  {
    name: 'no-temporary-directory',
    seen: '** (RuntimeError) could not get a writable temporary directory, please set the TMPDIR environment variable',
    line: /(?:writ(?:e)?able|suitable|usable) temp(?:orary)? (?:dir(?:ectory)?|folder|path)|(?:could not|cannot|can't|failed to|unable to) (?:create|make|get|open) (?:a |the )?(?:temp(?:orary)?|tmp) ?(?:dir(?:ectory)?|folder|file)(?! [\w.-]{0,20}[/'"])|creating temp(?:orary)? (?:file|dir(?:ectory)?) [^/\n]{0,40}failed/i,
    side: 'after',
    implies: ['$TMPDIR'],
  },
  {
    name: 'node-recursive-mkdir',
    seen: "Error: ENOENT: no such file or directory, mkdir '/app/cache'",
    line: /ENOENT: no such file or directory, mkdir '(?<path>\/[^']+)'/,
    side: 'after',
    whateverError: true,
  },
  {
    name: 'node-recursive-mkdir-relative',
    seen: "Error: ENOENT: no such file or directory, mkdir '.next/cache'",
    line: /ENOENT: no such file or directory, mkdir '[^/']/,
    side: 'after',
    implies: ['workingDir'],
    whateverError: true,
  },
  {
    name: 'not-possible-to-create',
    seen: 'java.lang.RuntimeException: Temporary directory /opt/keycloak/bin/../data/tmp does not exist and it was not possible to create it.',
    line: /does(?: not|n't) exist and (?:it )?(?:was not possible to|could not be|cannot be|couldn't be) creat/i,
    side: 'before',
    evenMissing: true,
  },
  {
    name: 'lock-account-file',
    seen: 'useradd: cannot lock /etc/passwd; try again later.',
    line: /cannot lock(?= \/etc\/)/,
    side: 'after',
  },
  {
    name: 'not-writable',
    seen: "WARN  ==> The WordPress configuration file '/opt/bitnami/wordpress/wp-config.php' is not writable.",
    line: /\b(?:is|are|was|were)(?:n't| not)(?: a| currently)? writ(?:e)?able|\b(?:not|non)[- ]writ(?:e)?able|\bunwrit(?:e)?able|(?:can't|cannot|could not|can not) be written|\bno write (?:access|permission)s?|\bis (?:read-only|read only|readonly)(?! (?:user|replica|mode|field|property))/i,
    side: 'either',
    evenMissing: true,
  },
  {
    name: 'sqlite-cannot-open',
    seen: 'sqlite3.OperationalError: unable to open database file',
    line: /unable to open database(?: file)?|SQLITE_(?:CANTOPEN|READONLY)\w*|attempt to write a readonly database/i,
    side: 'either',
    implies: ['workingDir', '$HOME', '$TMPDIR'],
    doubtful: true,
  },
  {
    name: 'cannot-create',
    seen: '23-Nov-2026 06:28:42.355 SEVERE [main] org.apache.catalina.startup.HostConfig.beforeStart Unable to create directory for deployment: [/etc/tomcat10/Catalina/localhost]',
    line: new RegExp(`\\b${CANNOT}(?: [\\w'-]{1,20}){0,3}? ${MAKE}\\b`, 'i'),
    side: 'after',
    evenMissing: true,
  },
  {
    name: 'cannot-change',
    seen: 'Could not lock /var/lib/app/app.lock',
    line: new RegExp(`\\b${CANNOT}(?: [\\w'-]{1,20}){0,3}? ${CHANGE}\\b`, 'i'),
    side: 'after',
    doubtful: true,
  },
  {
    name: 'creation-failed',
    seen: '2026-11-23T06:25:10 directory creation failed: /var/lib/app/data',
    line: /\b(?:creat\w+|writ\w+|mkdir\w*|sav\w+|open\w*) (?:\w+ ){0,2}(?:failed|failure|error)/i,
    side: 'either',
    doubtful: true,
  },
  {
    name: 'cannot-open',
    seen: 'Failed to open /var/lib/samba/private/secrets.tdb',
    line: new RegExp(
      `\\b${CANNOT}(?: [\\w'-]{1,20}){0,3}? (?:open\\w*|access\\w*|us(?:e|ing)|acquir\\w*|obtain\\w*|get)\\b`,
      'i',
    ),
    side: 'after',
    doubtful: true,
  },
  {
    name: 'unknown-system-error',
    seen: "2026-11-23T06:27:33+0000 warning: config, database storage '/var/lib/knot' unknown system error",
    line: /\bunknown (?:system )?error/i,
    side: 'before',
    doubtful: true,
  },
  {
    name: 'pid-file',
    seen: '1795416093: Error: Unable to write pid file.',
    line: /(?:unable to|could not|cannot|can't|failed to|couldn't) (?:create|write|open) (?:the )?pid ?file/i,
    side: 'after',
    implies: ['/run'],
  },
  {
    name: 'gunicorn-bind',
    seen: "[2026-11-23 08:44:38 +0000] [30] [ERROR] Can't connect to /run/g.sock",
    line: /\[ERROR\] Can't connect to (?<path>\/\S+)$/,
    side: 'after',
  },
  {
    name: 'chromium-crashpad',
    seen: 'chrome_crashpad_handler: --database is required',
    line: /chrome_crashpad_handler: --database is required/,
    side: 'after',
    implies: ['$HOME', '$TMPDIR'],
  },
  {
    name: 'dotnet-coreclr',
    seen: 'Failed to create CoreCLR, HRESULT: 0x80004005',
    line: /Failed to create CoreCLR/,
    side: 'after',
    implies: ['$TMPDIR'],
  },
];

/** Another reason, told in the same line: then it was not the read-only root. */
export const OTHER_REASON =
  /permission denied|operation not permitted|no space left|is a directory|not a directory|connection (?:refused|reset|closed|timed)|timed? ?out|address (?:already )?in use|file exists|already exists|resource busy|text file busy|cross-device|too many (?:open files|levels)|quota|input\/output error|bad file descriptor|not empty|stale file|cannot allocate|out of memory|no such (?:device|host|process|user|container|service)|not found|\b(?:EACCES|EPERM|ENOSPC|EISDIR|ENOTDIR|ECONN\w+|ETIMEDOUT|EADDRINUSE|EEXIST|EBUSY|ETXTBSY|EXDEV|EMFILE|EDQUOT|EIO|ENOTEMPTY)\b/i;
export const MISSING = /no such file|ENOENT|does not exist|NoSuchFile/i;
