import type { Profile } from './profile.ts';

/** A profile that is for an image, and how closely it names it. */
export type Candidate = {
  readonly profile: Profile;
  /** It lists the image's digest. */
  readonly digest: boolean;
  /** It selects tags, and the image's is among them. */
  readonly tag: boolean;
  /** It names the repository itself, not a glob. */
  readonly exact: boolean;
  /** It names the image as the pod does, not what that mirrors. */
  readonly literal: boolean;
};

/**
 * The order of precedence, most specific first (DESIGN, section 2). The first row in which two profiles differ
 * decides:
 *
 * | what                | first                        | then                        | last                 |
 * |---------------------|------------------------------|-----------------------------|----------------------|
 * | where it is written | in the pod's namespace       | in the cluster              |                      |
 * | who wrote it        | a person                     | learned                     | builtin              |
 * | digest              | lists the image's digest     | does not                    |                      |
 * | tag                 | selects tags, this one too   | does not select tags        |                      |
 * | repository          | names it                     | a glob matches it           |                      |
 * | mirror              | names the image as written   | names what it mirrors       |                      |
 * | name                | the lower in code unit order | the higher                  |                      |
 *
 * Two profiles of one namespace, or of the cluster, have different names: the order is total.
 */
export function comparePrecedence(one: Candidate, other: Candidate): number {
  return rank(one) - rank(other) || (one.profile.name < other.profile.name ? -1 : 1);
}

const SOURCES = ['person', 'learned', 'builtin'] as const;

/** The rows above the name as digits of one number, the first row the highest. */
function rank({ profile, digest, tag, exact, literal }: Candidate): number {
  const place = profile.namespace === undefined ? 1 : 0;
  const base = place * SOURCES.length + SOURCES.indexOf(profile.source);
  return [digest, tag, exact, literal].reduce((digits, has) => digits * 2 + (has ? 0 : 1), base);
}
