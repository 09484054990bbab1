import type { FailingCall } from './evidence.ts';
import { failingCall } from './failing-call.ts';
import type { LogLine } from './log-lines.ts';

const FRAME = /^\s*File "[^"]{1,400}", line \d+, in (\S{1,100})/;
/** Markers below a source line, and the values of its variables, as loguru prints them. */
const NOTES = /^\s*(?:[\^~]+\s*|[│└├].*)?$/;

/**
 * What the last frame of a Python traceback was doing: its source line, else the name of its function. The error
 * below it names the path, and not the call.
 */
export function callOfTraceback(lines: readonly LogLine[], index: number): FailingCall {
  const above = lines
    .slice(Math.max(0, index - 16), index)
    .map(({ text }) => text.slice(0, 500))
    .filter((text) => !NOTES.test(text));
  const last = above.findLastIndex((text) => FRAME.test(text));
  if (last === -1 || last < above.length - 2) return 'unknown';
  // Of `fd = os.open(self, flags, mode)`, only what is called.
  const called = above[last + 1]?.match(/\w+(?=\()/g)?.join(' ');
  const source = failingCall(called ?? '', '');
  return source === 'unknown' ? failingCall(FRAME.exec(above[last] ?? '')?.[1] ?? '', '') : source;
}
