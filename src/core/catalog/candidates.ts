import type { ImageReference } from '../image/reference.ts';
import type { Candidate } from './precedence.ts';
import type { ImageSelector, Profile } from './profile.ts';
import { type Filed, indexByRepository } from './repository-index.ts';
import { parseRepositoryPattern, type RepositoryPattern } from './repository-pattern.ts';
import { parseTagSelector, type TagSelector } from './tags.ts';

/** The profiles that are for an image whose repository is read as the given one, in no particular order. */
export type CandidateIndex = (image: ImageReference, repository: string) => readonly Candidate[];

export function indexCandidates(profiles: readonly Profile[], tagsOf: ReadTagSelector): CandidateIndex {
  const index = indexByRepository(profiles.flatMap(filed));
  return (image, repository) =>
    index(repository).flatMap(({ profile, exact }) => {
      const selection = select(profile, image, tagsOf);
      return selection === undefined
        ? []
        : { profile, exact, literal: repository === image.repository, ...selection };
    });
}

type NamedProfile = { readonly profile: Profile; readonly exact: boolean };

function filed(profile: Profile): readonly Filed<NamedProfile>[] {
  const pattern = patternOf(profile.image);
  return pattern === undefined ? [] : [{ pattern, value: { profile, exact: pattern.exact } }];
}

/**
 * Each selector's pattern, parsed once: a catalog is compiled anew whenever one profile changes, while
 * admission waits, and all the others are the same objects as before.
 */
const PATTERNS = new WeakMap<ImageSelector, RepositoryPattern>();

/** Undefined for a text that is no pattern. */
function patternOf(selector: ImageSelector): RepositoryPattern | undefined {
  const known = PATTERNS.get(selector);
  if (known !== undefined) return known;
  const parsed = parseRepositoryPattern(selector.repository);
  if (parsed.kind === 'malformed') return undefined;
  PATTERNS.set(selector, parsed.pattern);
  return parsed.pattern;
}

/**
 * | digests | tags | for an image when                   |
 * |---------|------|-------------------------------------|
 * | none    | none | always                              |
 * | none    | some | its tag is selected                 |
 * | some    | none | its digest is listed                |
 * | some    | some | either                              |
 */
function select(
  { image: { digests, tags } }: Profile,
  image: ImageReference,
  tagsOf: ReadTagSelector,
): Pick<Candidate, 'digest' | 'tag'> | undefined {
  const digest = image.digest !== undefined && digests.includes(image.digest);
  const tag = tags !== undefined && tagsOf(tags)?.matches(image.tag) === true;
  const unrestricted = tags === undefined && digests.length === 0;
  return digest || tag || unrestricted ? { digest, tag } : undefined;
}

/** Undefined for a text that is no selector. */
export type ReadTagSelector = (text: string) => TagSelector | undefined;

/** Parses each text once, and only when an image comes that it could be for: many profiles say the same. */
export function createTagSelectorReader(): ReadTagSelector {
  const known = new Map<string, TagSelector | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    const parsed = parseTagSelector(text);
    const selector = parsed.kind === 'selector' ? parsed.selector : undefined;
    known.set(text, selector);
    return selector;
  };
}
