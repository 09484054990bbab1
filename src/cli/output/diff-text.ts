import { createTwoFilesPatch } from 'diff';
import type { HardenedText } from '../harden/harden-text.ts';
import type { Paint } from '../style.ts';

/** A unified diff that `patch -p1` and `git apply` take; nothing for texts that have not changed. */
export function diffText(texts: readonly HardenedText[], paint: Paint): string {
  return texts
    .filter(({ source, text }) => text !== source.text)
    .map(({ source, text }) => {
      const name = source.name.replace(/^\.?\//, '');
      return createTwoFilesPatch(`a/${name}`, `b/${name}`, source.text, text, '', '', {
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      });
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
