import type { PathSpan } from './path-spans.ts';

/**
 * What the words around a path say about it, for lines whose grammar no slot knows. A clue without `weight`
 * rules the path out: it was not what could not be written. `before` is matched against the 48 characters
 * in front of the path, `after` against the 24 behind it.
 */
export type PathClue = {
  readonly name: string;
  readonly seen: string;
  readonly before?: RegExp;
  readonly path?: RegExp;
  readonly after?: RegExp;
  readonly weight?: number;
};

export const PATH_CLUES: readonly PathClue[] = [
  {
    name: 'source-line',
    seen: 'PHP Warning:  mkdir(): Read-only file system in /var/www/html/index.php on line 12',
    after: /^["'\]]?(?::\d+(?::|\b)|\(\d+\)|,? (?:on )?line \d+)/,
  },
  {
    name: 'source-file',
    seen: 'mkdir(): Read-only file system in /var/www/html/index.php',
    before: /\b(?:in|at|File|from)(?: file)? ["']?$/,
    path: /\.(?:php|p[lmy]|rb|[cm]?[jt]s|go|rs|cc?|cpp|hpp?|java|kt|lua|exs?|erl|hs|ml|scala|cs|phtml)$/,
  },
  {
    name: 'script-line',
    seen: '/run.sh: line 23: cannot write pid: Read-only file system',
    after: /^: (?:line |l[ií]nea |ligne |Zeile |строка |行 ?|righe? |linha |wiersz |regel )?\d+(?::| ?行)/i,
  },
  {
    name: 'http-request',
    seen: '2024/05/01 10:00:00 [crit] 7#7: *1 mkdir failed (30: Read-only file system), client: 10.0.0.1, request: "POST /upload HTTP/1.1"',
    before: /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|PROPFIND|MKCOL) ["']?$/,
  },
  {
    name: 'request-target',
    seen: 'ERROR [io.undertow] UT005023: Exception handling request to /api/upload: java.io.IOException: Read-only file system',
    before:
      /\b(?:requests? (?:to|for|of|on|at|from)|context(?: with)? path|servlet path|request_?uri|Started [A-Z]+) ?[["']?$/i,
  },
  {
    name: 'request-field',
    seen: "method=POST path=/uploads status=500 error='Read-only file system'",
    before:
      /\bmethod["']?[=:] ?["']?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b[^/]{0,32}path["']?[=:] ?["']?$/i,
  },
  { name: 'http-version', seen: 'upload /a/b HTTP/1.1 failed: Read-only file system', after: /^ HTTP\/\d/ },
  {
    name: 'url-field',
    seen: 'level=error msg="upload failed" uri=/api/files err="read-only file system"',
    before:
      /\b(?:ur[li]|route|endpoint|request|referr?er|href|handler|api|request_?path|method|http\.path)["']?\s?[=:]\s?["']?$/i,
  },
  {
    name: 'path-of-another-machine',
    seen: 'cannot copy to fs1:/export/x: Read-only file system',
    before: /(?:^|[\s"'(=])(?:\w[\w.-]*@[\w.-]+|[A-Za-z][\w-]*[\d.][\w.-]*):$/,
  },
  {
    name: 'drive-letter',
    seen: 'C:/data/x: Read-only file system',
    before: /(?:^|[\s"'(=])[A-Za-z]:$/,
  },
  {
    name: 'program',
    seen: '/usr/sbin/nginx: could not write pid: Read-only file system',
    path: /\/(?:s?bin|libexec)\/[^/]+$|\.(?:sh|bash)$/,
    after: /^(?:\[\d+\])?: (?!read[- ]?only)/i,
  },
  {
    name: 'command',
    seen: "Failed to spawn: command '/app/run' : Read-only file system",
    before:
      /\b(?:exec|execut\w+|running|command|cmd|binary|interpreter|entrypoint|argv\[0\]|launch\w*|spawn\w*|invok\w+|starting|program|script)["']?\s?[:=]?\s?["'`‘(]?$/i,
    weight: -40,
  },
  {
    name: 'config-read',
    seen: 'using config file /etc/app.conf: cannot write pid: Read-only file system',
    before:
      /\b(?:using|from|load(?:ed|ing)|reading|read|pars(?:ed|ing)|config(?:uration)?(?: file)?|sourc\w+|includ\w+)\s?[:=]?\s?["'`‘(]?$/i,
    weight: -30,
  },
  {
    name: 'working-directory',
    seen: 'cannot create core file (cwd=/srv): Read-only file system',
    before:
      /\b(?:cwd|pwd|workdir|working dir(?:ectory)?|chdir(?: to)?|inside|root ?dir(?:ectory)?)["']?\s?[:=]?\s?["'`‘(]?$/i,
    weight: -25,
  },
  {
    name: 'subject-of-for',
    seen: 'Failed to update prerender cache for /ssg/68 Error: EROFS: read-only file system',
    before: /\b(?:for|route|page|url|about|via)\s["'`‘(]?$/i,
    weight: -20,
  },
  {
    name: 'fallback',
    seen: 'Read-only file system, falling back to /tmp',
    before:
      /\b(?:using|instead|fall(?:ing)? ?back (?:to|on)|default(?:ing)? to|switching to|will use|trying)\s["'`‘(]?$/i,
    weight: -70,
  },
  {
    name: 'help',
    seen: 'Read-only file system, see /usr/share/doc/app/README',
    before: /\b(?:see|refer to|docs?|documentation|help)\b[^/]{0,12}$/i,
    weight: -75,
  },
  {
    name: 'rename-source',
    seen: 'rename /a/x.tmp to /a/x failed: Read-only file system',
    after: /^["'’”`)\]]? ?(?:->|=>|→|to|onto|into|as) ["'‘“`([]?\//,
    weight: -30,
  },
  {
    name: 'rename-target',
    seen: 'rename /a/x.tmp to /a/x failed: Read-only file system',
    before: /\/[^\s"'’]{1,40}["'’”`)\]]? ?(?:->|=>|→|to|onto|into|as) ["'‘“`([]?$/,
    weight: 12,
  },
  {
    name: 'failing-call',
    seen: 'unlink /run/haproxy/admin.sock: oops: Read-only file system',
    before:
      /\b(?:open(?:at|ing|ed)?|mk\w*dir\w*|mkstemp|mktemp|creat\w*|unlink\w*|remov\w+|delet\w+|renam\w+|touch\w*|chmod\w*|chown\w*|symlink\w*|link\w*|mknod|mkfifo|bind\w*|listen\w*|writ\w+|lock\w*|truncat\w+|append\w*|sav\w+|stor\w+|copy\w*|mov\w+|dump\w*|log\w*)\b[^/\n]{0,32}$/i,
    weight: 15,
  },
  {
    name: 'path-field',
    seen: 'level=error msg="write failed" path=/var/lib/x/y err="read-only file system"',
    before:
      /\b(?:path|file(?:_?name|_?path)?|dir(?:ectory|name)?|dest(?:ination)?|target|socket|pid_?file|lock_?file|location|folder)["']?\s?[=:]\s?["'`‘]?$/i,
    weight: 18,
  },
];

export function clueApplies(clue: PathClue, text: string, span: PathSpan): boolean {
  return (
    clue.before?.test(text.slice(Math.max(0, span.start - 48), span.start)) !== false &&
    clue.path?.test(span.path) !== false &&
    clue.after?.test(text.slice(span.end, span.end + 24)) !== false
  );
}
