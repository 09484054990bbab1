import type { Json } from '../json.ts';
import { remembering } from '../memo.ts';

/** The RFC 6902 operations that we emit. */
export type Operation =
  | { readonly op: 'add'; readonly path: string; readonly value: Json }
  | { readonly op: 'replace'; readonly path: string; readonly value: Json };

/** Escapes a key for a JSON pointer (RFC 6901, section 3). */
export const pointerToken = remembering((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'));
