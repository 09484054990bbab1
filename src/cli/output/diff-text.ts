import { formatPatch } from 'diff';
import type { HardenedText } from '../harden/harden-text.ts';
import type { Paint } from '../style.ts';
import { hunksFor } from './hunks.ts';

/** A unified diff that `patch -p1` and `git apply` take; nothing for texts that have not changed. */
export function diffText(texts: readonly HardenedText[], paint: Paint): string {
  return texts
    .filter(({ source, text }) => text !== source.text)
    .map(({ source, edits }) => {
      const name = source.name.replace(/^\.?\//, '');
      const patch = {
        oldFileName: `a/${name}`,
        newFileName: `b/${name}`,
        oldHeader: '',
        newHeader: '',
        hunks: hunksFor(source.text, edits),
      };
      return formatPatch(patch, { includeIndex: false, includeUnderline: false, includeFileHeaders: true });
    })
    .join('')
    .split('\n')
    .map((line) => painted(line, paint))
    .join('\n');
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith('---') || line.startsWith('+++')) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
