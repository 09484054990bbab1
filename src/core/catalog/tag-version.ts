import { parse, type SemVer } from 'semver';

/** What a tag says of the version in an image. */
export type TagVersion = {
  /** `1.25.3`: without what follows, be it a prerelease, a variant or a build. */
  readonly release: string;
  /** With it, where the tag is a semantic version as it stands: `1.25.3-rc.1`. */
  readonly exact?: SemVer;
};

/**
 * The words that stand before a version: `v1.2`, `release-1.2`, `RELEASE.2024-08-29T01-40-52Z` (MinIO),
 * `version-1.2` and `amd64-1.2` (LinuxServer), `stable-9753` (Jitsi). Any other word before a number names
 * something else: `alpine3.20`, `php8.3-apache`, `main-28`.
 */
const VERSION =
  /^(?:(?:amd64|arm64(?:v8)?|arm32v[67])-)?(?:(?:v|ver|version|rel|release|stable)[.-]?)?v?(\d{1,15})(?!\d)(?:\.(\d{1,15})(?!\d))?(?:\.(\d{1,15})(?!\d))?/i;

const DATE = /(\d{4})-(\d{2})-(\d{2})(?!\d)/y;

/** A commit id can start with digits: `36bfc606`. */
const COMMIT = /^(?=\d*[a-f])[0-9a-f]{7,64}(?![^\W_])/;

/** The version that a tag names, or undefined where it names none: a channel, a variant, a commit. */
export function tagVersion(tag: string): TagVersion | undefined {
  if (COMMIT.test(tag)) return undefined;
  const match = VERSION.exec(tag);
  if (match === null) return undefined;
  const [matched, major = '0', minor, patch] = match;
  const date = minor === undefined ? dateAt(tag, matched.length - major.length) : undefined;
  const release = (date ?? [major, minor ?? '0', patch ?? '0']).map(Number).join('.');
  const exact = parse(tag);
  return exact === null ? { release } : { release, exact };
}

/** `2024-08-29` reads as 2024.8.29. */
function dateAt(tag: string, at: number): readonly string[] | undefined {
  DATE.lastIndex = at;
  return DATE.exec(tag)?.slice(1);
}
