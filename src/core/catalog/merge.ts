import { type ContainerPath, realPath } from '../container-path.ts';
import type { ImageFacts, Profile, ProfileEnv, ProfilePath } from './profile.ts';

export type CatalogMatch =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'exempt'; readonly profile: Profile }
  | {
      readonly kind: 'harden';
      /** The profiles that count, most specific first; at least one. */
      readonly profiles: readonly Profile[];
      /** Their union, each path with the attributes of the most specific profile that lists it. */
      readonly paths: readonly MatchedPath[];
      readonly env: readonly ProfileEnv[];
      readonly facts: ImageFacts;
    };

export type MatchedPath = ProfilePath & { readonly from: Profile };

/**
 * What all profiles for an image say together, given most specific first.
 *
 * | chain, most specific first       | outcome                                   |
 * |----------------------------------|-------------------------------------------|
 * | none                             | unknown                                   |
 * | Exempt, …                        | exempt                                    |
 * | Merge, Merge                     | both                                      |
 * | Merge, Exempt, Merge             | the two that harden: an exemption counts only where it is the most specific |
 * | Replace, …                       | Replace alone                             |
 * | Merge, Replace, Merge            | the first two                             |
 */
export function mergeProfiles(chain: readonly Profile[]): CatalogMatch {
  const [first] = chain;
  if (first === undefined) return { kind: 'unknown' };
  if (first.action === 'Exempt') return { kind: 'exempt', profile: first };
  const profiles = countingProfiles(chain);
  const facts = mergeFacts(profiles);
  return { kind: 'harden', profiles, paths: mergePaths(profiles, facts), env: mergeEnv(profiles), facts };
}

function countingProfiles(chain: readonly Profile[]): readonly Profile[] {
  const hardening = chain.filter(({ action }) => action === 'Harden');
  const last = hardening.findIndex(({ strategy }) => strategy === 'Replace');
  return last < 0 ? hardening : hardening.slice(0, last + 1);
}

/** Each fact from the most specific profile that states it, else the API's default. */
function mergeFacts(profiles: readonly Profile[]): ImageFacts {
  const stated = profiles.map(({ facts }) => facts);
  return {
    volumes: [...new Set(stated.flatMap(({ volumes = [] }) => volumes))],
    shell: stated.find(({ shell }) => shell !== undefined)?.shell ?? true,
    separateVarRun:
      stated.find(({ separateVarRun }) => separateVarRun !== undefined)?.separateVarRun ?? false,
  };
}

/** Each directory once, as the most specific profile that lists it has it, its spelling too. */
function mergePaths(profiles: readonly Profile[], { separateVarRun }: ImageFacts): readonly MatchedPath[] {
  const byDirectory = new Map<ContainerPath, MatchedPath>();
  for (const profile of profiles) {
    for (const path of profile.paths) {
      const directory = separateVarRun ? path.path : realPath(path.path);
      if (!byDirectory.has(directory)) byDirectory.set(directory, { ...path, from: profile });
    }
  }
  return [...byDirectory.values()];
}

function mergeEnv(profiles: readonly Profile[]): readonly ProfileEnv[] {
  const byName = new Map<string, ProfileEnv>();
  for (const variable of profiles.flatMap(({ env }) => env)) {
    if (!byName.has(variable.name)) byName.set(variable.name, variable);
  }
  return [...byName.values()];
}
