import { compileMirrors, type Mirror } from '../image/mirrors.ts';
import type { ImageReference } from '../image/reference.ts';
import { type CandidateIndex, createTagSelectorReader, indexCandidates } from './candidates.ts';
import { createMemo, type Shelf, type TimedMatch } from './match-memo.ts';
import { type CatalogMatch, mergeProfiles } from './merge.ts';
import { type Candidate, comparePrecedence } from './precedence.ts';
import type { Profile } from './profile.ts';

export type { Mirror } from '../image/mirrors.ts';
export type { CatalogMatch, MatchedPath } from './merge.ts';

/** All profiles, indexed: the cost of a lookup does not grow with their number. */
export type Catalog = {
  readonly size: number;
  /**
   * What an image needs in a namespace at a time (milliseconds since the epoch). The one place where
   * precedence is decided: the webhook, the controller and the command line all call it.
   */
  readonly lookup: (image: ImageReference, namespace: string, now: number) => CatalogMatch;
};

export type CatalogOptions = {
  /** `mirror prefix -> what it mirrors`, e.g. `registry.example.com/hub -> docker.io`; known mirrors are added to it. */
  readonly mirrors: readonly Mirror[];
  /** Whether a namespace's own `Exempt` profiles count, learned ones aside. */
  readonly namespacedExemptions: boolean;
};

/** Matches kept in memory, of all namespaces together: some ten megabytes. */
const MEMO_LIMIT = 10_000;

/**
 * Indexes profiles that `readProfile` has read; one whose repository or tags cannot be understood matches
 * nothing. An image is looked up as it is written, as what it mirrors where that is a mirror, and as what its
 * publisher calls it as well.
 */
export function compileCatalog(profiles: readonly Profile[], options: CatalogOptions): Catalog {
  const otherNames = compileMirrors(options.mirrors);
  const scopeOf = indexScopes(profiles.filter((profile) => counts(profile, options)));
  return {
    size: profiles.length,
    lookup: (image, namespace, now) => {
      const { indexes, shelf } = scopeOf(namespace);
      const known = shelf.recall(image, now);
      if (known !== undefined) return known;
      const names = [image.repository, ...otherNames(image.repository)];
      const candidates = names.flatMap((name) => indexes.flatMap((index) => index(image, name)));
      const timed = matchAt(candidates, now);
      shelf.remember(image, timed);
      return timed.match;
    },
  };
}

function counts({ action, namespace, source }: Profile, { namespacedExemptions }: CatalogOptions): boolean {
  return namespacedExemptions || action === 'Harden' || namespace === undefined || source === 'learned';
}

/** Where a namespace's images are looked up. Namespaces without profiles of their own share one scope. */
type Scope = { readonly indexes: readonly CandidateIndex[]; readonly shelf: Shelf };

function indexScopes(profiles: readonly Profile[]): (namespace: string) => Scope {
  const memo = createMemo(MEMO_LIMIT);
  const tagsOf = createTagSelectorReader();
  const byNamespace = Map.groupBy(profiles, ({ namespace }) => namespace);
  const cluster = indexCandidates(byNamespace.get(undefined) ?? [], tagsOf);
  const shared: Scope = { indexes: [cluster], shelf: memo.shelf() };
  const scopes = new Map<string, Scope>();
  return (namespace) => {
    const known = scopes.get(namespace);
    if (known !== undefined) return known;
    const own = byNamespace.get(namespace);
    if (own === undefined) return shared;
    // Only now: a catalog is made anew with each change, and is asked about few of its namespaces before the next.
    const scope = { indexes: [indexCandidates(own, tagsOf), cluster], shelf: memo.shelf() };
    scopes.set(namespace, scope);
    return scope;
  };
}

/** Profiles that have expired do not count; the next one to expire ends what the match is good for. */
function matchAt(candidates: readonly Candidate[], now: number): TimedMatch {
  const expiries = candidates.flatMap(({ profile: { expires } }) => expires ?? []);
  const chain = candidates
    .filter(({ profile: { expires } }) => expires === undefined || expires > now)
    .toSorted(comparePrecedence)
    .map(({ profile }) => profile);
  return {
    // A glob can match an image both as written and through a mirror: the first, more specific match stays.
    match: mergeProfiles([...new Set(chain)]),
    since: Math.max(...expiries.filter((expires) => expires <= now)),
    until: Math.min(...expiries.filter((expires) => expires > now)),
  };
}
