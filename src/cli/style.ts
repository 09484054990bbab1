import { styleText } from 'node:util';
import type { OutputStream, Surroundings } from './surroundings.ts';

type Format = Parameters<typeof styleText>[0];

/** Paints a text, or leaves it as it is where colours are not wanted. */
export type Paint = (format: Format, text: string) => string;

export type ColorChoice = 'auto' | 'always' | 'never';

/** Colours on a terminal only, unless told otherwise (no-color.org, and FORCE_COLOR as Node has it). */
export function paintFor(stream: OutputStream, env: Surroundings['env'], choice: ColorChoice): Paint {
  return wantsColor(stream, env, choice)
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
}

function wantsColor(stream: OutputStream, env: Surroundings['env'], choice: ColorChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY && env.TERM !== 'dumb';
}

/** Text of others may hold control characters, which would let a manifest write to the terminal what it likes. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\t' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
