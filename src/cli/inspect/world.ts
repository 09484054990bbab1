import type { RuntimeFacts, World } from '../../core/admission/world.ts';
import { compileCatalog, type Mirror } from '../../core/catalog/lookup.ts';
import type { Profile } from '../../core/catalog/profile.ts';

/** What the command line chooses about judging, besides the policy. */
export type JudgeOptions = {
  /** Profiles of `--catalog`. */
  readonly profiles: readonly Profile[];
  readonly mirrors: readonly Mirror[];
  readonly runtime: RuntimeFacts;
  /** The namespace of objects that name none. */
  readonly namespace: string;
};

/** The world as one snapshot. The record annotation is for admission: a file has no generation to be compared with. */
export function worldFor(profiles: readonly Profile[], { mirrors, runtime }: JudgeOptions): World {
  return {
    catalog: compileCatalog(profiles, { mirrors, namespacedExemptions: true }),
    settings: { podAnnotations: true, record: false, runtime },
  };
}
