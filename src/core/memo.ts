/** Texts in one memo, and the length of the longest that is kept: a few megabytes together. */
const LIMIT = 10_000;
const MAX_LENGTH = 512;

/**
 * A pure function of a text that remembers its answers, which nobody may change. When it is full it is emptied: what
 * is asked for often is back at once, and a flood of made-up texts costs memory only for a while.
 */
export function remembering<T>(answer: (text: string) => T, limit = LIMIT): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const recalled = known.get(text);
    if (recalled !== undefined) return recalled;
    const fresh = answer(text);
    if (text.length > MAX_LENGTH) return fresh;
    if (known.size >= limit) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}
