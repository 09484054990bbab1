import type { Command } from 'commander';
import type { Profile } from '../core/catalog/profile.ts';
import { collect, colorOption } from './choice-option.ts';
import { readSources } from './input/sources.ts';
import { profilesAmong } from './inspect/profiles.ts';
import { createProgress } from './progress.ts';
import type { ColorChoice } from './style.ts';
import type { Surroundings } from './surroundings.ts';
import { classify, objectsIn } from './workloads/objects.ts';
import type { Problem } from './yaml/problem.ts';
import { readStream } from './yaml/stream.ts';

/** The flags of the commands that look at the catalog. */
export type CatalogFlags = { readonly catalog?: readonly string[]; readonly color: ColorChoice };

export function addCatalogOptions(command: Command): Command {
  return command
    .option('--catalog <path>', 'profiles of your own besides the built-in ones; may be repeated', collect)
    .addOption(colorOption());
}

/** The built-in profiles, and those of `--catalog`. */
export async function readCatalog(
  { catalog = [] }: Pick<CatalogFlags, 'catalog'>,
  surroundings: Surroundings,
): Promise<{ profiles: readonly Profile[]; problems: readonly Problem[] }> {
  const own = await readOwnProfiles(catalog, surroundings);
  return { profiles: [...surroundings.builtin(), ...own.profiles], problems: own.problems };
}

/** The profiles in files and folders; what else is in them is no concern of a catalog. */
export async function readOwnProfiles(
  paths: readonly string[],
  surroundings: Surroundings,
): Promise<{ profiles: readonly Profile[]; problems: readonly Problem[] }> {
  const progress = createProgress(surroundings.stderr, surroundings.now);
  const read = await readSources({ ...surroundings, paths, progress });
  progress.done();
  const documents = read.sources.flatMap(readStream);
  const found = profilesAmong(
    documents.flatMap(objectsIn).filter((object) => classify(object).kind === 'profile'),
  );
  const bad = documents.flatMap(({ content }) => (content.kind === 'bad' ? content.problem : []));
  return { profiles: found.profiles, problems: [...read.problems, ...bad, ...found.problems] };
}
