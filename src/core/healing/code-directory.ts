import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import { notMountable } from '../learning/not-mountable.ts';

/**
 * Where a program's own code lies, by the stack traces in its log: programs of interpreted languages are started in
 * that directory as a rule, so that it stands for the working directory where the pod does not say one.
 */
export function codeDirectoryOf(log: string): ContainerPath | undefined {
  const counts = new Map<string, number>();
  for (const { groups } of log.slice(-LONGEST).matchAll(FRAME)) {
    const directory = groups?.python ?? groups?.node ?? groups?.perl ?? groups?.other;
    if (directory === undefined || LIBRARY.test(`${directory}/`)) continue;
    counts.set(directory, (counts.get(directory) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(
    ([one, many], [other, more]) => more - many || one.length - other.length,
  );
  const path = most && parseContainerPath(most[0]);
  return path !== undefined && notMountable(path) === undefined ? path : undefined;
}

const LONGEST = 64 * 1024;

/**
 * | language | frame                                       |
 * |----------|---------------------------------------------|
 * | Python   | `File "/app/app.py", line 7, in db`         |
 * | Node     | `at open (/app/server.js:12:3)`             |
 * | Perl     | `at /app/x.pl line 12.`                     |
 * | Ruby     | `/app/lib/x.rb:12:in 'open'`                |
 * | PHP      | `in /var/www/html/index.php on line 2`, `/var/www/html/index.php(2)` |
 */
const FRAME =
  /File "(?<python>\/[^"\n]{1,200})\/[^"/\n]{1,80}\.pyc?", line \d|at (?:[^\n(]{1,120}\()?(?:file:\/\/)?(?<node>\/[^\s():]{1,200})\/[^\s():/]{1,80}\.[cm]?[jt]s:\d+:\d+|at (?<perl>\/[^\s():"']{1,200})\/[^\s():/"']{1,80}\.p[lm] line \d|(?<other>\/[^\s():"']{1,200})\/[^\s():/"']{1,80}\.(?:rb:\d+:in |php(?: on line |\(|:)\d)/g;

/** Code that is not the program's own. */
const LIBRARY =
  /\/(?:node_modules|site-packages|dist-packages|gems|vendor|bundle)\/|^\/usr\/(?!src\/)|^\/(?:opt\/venv|root\/\.)|\/lib\/(?:python|ruby|node)/;
