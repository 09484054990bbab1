import { SKIP_REASONS, type SkipReason } from '../../core/admission/decision.ts';
import { type Paint, printable } from '../style.ts';
import { wrapped } from '../table.ts';
import { ADVICE } from './advice.ts';

/** How a report is shown. */
export type Look = { readonly paint: Paint; readonly columns: number };

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 120;
const NARROWEST = 40;

/** A text broken into lines, indented, its further lines by two more. */
export function textLines(text: string, indent: number, { columns }: Look): string[] {
  const width = Math.max(NARROWEST, Math.min(columns, WIDEST) - indent);
  return wrapped(text, width).map((line, index) => `${' '.repeat(index === 0 ? indent : indent + 2)}${line}`);
}

type Reason = { readonly reason: SkipReason; readonly because: string };

/** Why something is left alone, and what to do about it. */
export function reasonLines({ reason, because }: Reason, look: Look): string[] {
  const detail = because === '' ? '' : ` (${printable(because)})`;
  const advice = ADVICE[reason];
  return [
    ...textLines(`${look.paint('yellow', reason)}: ${SKIP_REASONS[reason]}${detail}`, 4, look),
    ...(advice === undefined ? [] : textLines(`→ ${advice}`, 4, look)),
  ];
}
