/**
 * Whether a text matches a glob: `*` stands for any characters, also none, `?` for exactly one. Never
 * compiled to a regular expression: on a mismatch the last star takes one character more, and the rest is
 * tried again from there, so the cost is at most the product of the two lengths, whatever the pattern.
 *
 * Repositories are matched segment by segment (catalog/repository-index.ts), so that there a star does not
 * cross a slash.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let taken = 0;
  while (index < text.length) {
    if (pattern[at] === '*') {
      star = at;
      taken = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      taken += 1;
      index = taken;
      at = star + 1;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
