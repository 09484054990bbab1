import type { ImageReference } from '../image/reference.ts';
import type { ImageFacts, Profile, ProfileEnv, ProfilePath } from './profile.ts';

/** All profiles, indexed: the cost of a lookup does not grow with their number. */
export type Catalog = {
  readonly size: number;
  /**
   * What an image needs in a namespace at a time (milliseconds since the epoch). The one place where
   * precedence is decided: the webhook, the controller and the command line all call it.
   */
  readonly lookup: (image: ImageReference, namespace: string, now: number) => CatalogMatch;
};

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

export type CatalogOptions = {
  /** `mirror prefix -> what it mirrors`, e.g. `registry.example.com/hub -> docker.io`; known mirrors are added to it. */
  readonly mirrors: readonly Mirror[];
  /** Whether a namespace's own `Exempt` profiles count, learned ones aside. */
  readonly namespacedExemptions: boolean;
};

export type Mirror = { readonly prefix: string; readonly target: string };

export function compileCatalog(_profiles: readonly Profile[], _options: CatalogOptions): Catalog {
  throw new Error('not built yet');
}
