import type { Pods } from './cells.ts';
import { TEMPLATE_HASH, TOKEN_VOLUME } from './review.ts';

/** Of pods that are alike. */
const ALIKE = 256;
/** Of pods that are different: more names, and more text, than the webhook remembers, so that each is new to it. */
const DIFFERENT = 1_500;

/** A review with other uids and token volumes, all of one length; where the pods are to differ, of other templates too. */
export function variantsOf(review: string, pods: Pods): readonly string[] {
  const count = pods === 'alike' ? ALIKE : DIFFERENT;
  const [, uid = ''] = /"uid":"([0-9a-f-]{36})"/.exec(review) ?? [];
  const always = [uid, TOKEN_VOLUME];
  const parts = pods === 'alike' ? always : [...always, TEMPLATE_HASH];
  return Array.from({ length: count }, (_, index) =>
    parts.reduce((text, part) => text.replaceAll(part, numbered(part, index)), review),
  );
}

/** Another text of the same length for each number. */
export function numbered(text: string, number: number): string {
  const digits = number.toString(16).padStart(5, '0');
  return `${text.slice(0, -digits.length)}${digits}`;
}
