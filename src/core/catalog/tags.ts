import { Range, SemVer } from 'semver';
import { matchesGlob } from '../image/glob.ts';
import { tagVersion } from './tag-version.ts';

/** What a profile says of tags: a semver range or a glob. */
export type TagSelector = {
  /** Undefined where an image has no tag. */
  readonly matches: (tag: string | undefined) => boolean;
};

export type ParsedTagSelector =
  | { readonly kind: 'selector'; readonly selector: TagSelector }
  | { readonly kind: 'malformed' };

export const MAX_TAG_SELECTOR_LENGTH = 256;

/**
 * Parses a tag selector. What semver takes for a range is one (`>=1.19`, `1.25`, `2.x || 3.x`), the rest is a
 * glob, where a text without `*` and `?` means that one tag (`1.25-alpine`, `RELEASE.2024-08-29T01-40-52Z`).
 *
 * | tag                                  | its version | matches a range when                                |
 * |--------------------------------------|-------------|-----------------------------------------------------|
 * | `1.25`, `v1.25`, `1.25-alpine`       | 1.25.0      | the range holds 1.25.0                              |
 * | `8.0.36-debian-12-r2`, `8.0.36.1`    | 8.0.36      | the range holds 8.0.36                              |
 * | `2.0.0-rc.1`                         | 2.0.0       | the range holds 2.0.0, or names 2.0.0-rc.1 itself   |
 * | none, `latest`, `stable`, `mainline` | the newest  | the range has no upper end                          |
 * | `alpine`, `main`, `36bfc606`         | the newest  | the range has no upper end                          |
 * | the selector's own text              |             | always                                              |
 *
 * Prereleases count as the release that they lead to, since an image writes to the same paths in both: semver
 * would leave them out of every range that does not name them. For a glob, no tag is `latest`, as in a pull.
 */
export function parseTagSelector(text: string): ParsedTagSelector {
  if (text.trim() === '' || text.length > MAX_TAG_SELECTOR_LENGTH) return { kind: 'malformed' };
  const range = parseRange(text);
  if (range !== undefined) return { kind: 'selector', selector: rangeSelector(text, range) };
  if (/^[\w.*?-]+$/.test(text)) return { kind: 'selector', selector: globSelector(text) };
  return { kind: 'malformed' };
}

/** semver refuses leading zeros (`>=24.04`), which tags often have; its loose mode would drop what it cannot read. */
function parseRange(text: string): Range | undefined {
  try {
    return new Range(text.replace(/(^|[^\w-])(v?)0+(?=\d)/g, '$1$2'));
  } catch {
    return undefined;
  }
}

/** Above every version that a tag can have: it is in a range only if that has no upper end. */
const NEWEST = new SemVer(Array(3).fill(Number.MAX_SAFE_INTEGER).join('.'));

function rangeSelector(text: string, range: Range): TagSelector {
  return {
    matches: (tag) => {
      if (tag === text) return true;
      const version = tag === undefined ? undefined : tagVersion(tag);
      if (version === undefined) return range.test(NEWEST);
      return range.test(version.release) || (version.exact !== undefined && range.test(version.exact));
    },
  };
}

function globSelector(pattern: string): TagSelector {
  return { matches: (tag) => matchesGlob(pattern, tag ?? 'latest') };
}
