import type { Command } from 'commander';
import type { Profile } from '../core/catalog/profile.ts';
import type { ObservedProfile } from '../core/observed/observed-profile.ts';
import type { TargetChoice } from '../kube/heal/target.ts';
import { collect, colorOption } from './choice-option.ts';
import { addClusterOptions, connectTo, refusal } from './cluster-target.ts';
import { readSources } from './input/sources.ts';
import { listAllProfiles } from './inspect/cluster.ts';
import { profilesAmong } from './inspect/profiles.ts';
import { createProgress } from './progress.ts';
import type { ColorChoice } from './style.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';
import { classify, objectsIn } from './workloads/objects.ts';
import type { Problem } from './yaml/problem.ts';
import { readStream } from './yaml/stream.ts';

/** The flags of the commands that look at the catalog. */
export type CatalogFlags = Omit<TargetChoice, 'namespace'> & {
  readonly catalog?: readonly string[];
  readonly live?: true;
  readonly color: ColorChoice;
};

export function addCatalogOptions(command: Command): Command {
  command
    .option('--catalog <path>', 'profiles of your own besides the built-in ones; may be repeated', collect)
    .option('--live', 'the profiles of a cluster in place of the built-in ones');
  return addClusterOptions(command).addOption(colorOption());
}

export type ReadCatalog = {
  readonly profiles: readonly Profile[];
  readonly problems: readonly Problem[];
};

/**
 * The built-in profiles, or those of a cluster, and those of `--catalog`. Undefined, having said why, where the cluster
 * does not tell them.
 */
export async function readCatalog(
  flags: Omit<CatalogFlags, 'color'>,
  surroundings: Surroundings,
): Promise<ReadCatalog | undefined> {
  const { catalog = [], live, kubeconfig, context } = flags;
  if (live !== true && (kubeconfig ?? context) !== undefined) {
    throw new UsageError('--kubeconfig and --context name a cluster: add --live to look at its profiles');
  }
  if (live !== true) return readFileCatalog({ catalog }, surroundings);
  const own = await readOwnProfiles(catalog, surroundings);
  const found = await readLiveProfiles(flags, surroundings);
  if (found === undefined) return undefined;
  return {
    profiles: [...found.profiles, ...own.profiles],
    problems: [...found.problems, ...own.problems],
  };
}

/** The built-in profiles, and those of `--catalog`. */
export async function readFileCatalog(
  { catalog = [] }: Pick<CatalogFlags, 'catalog'>,
  surroundings: Surroundings,
): Promise<ReadCatalog> {
  const own = await readOwnProfiles(catalog, surroundings);
  return { profiles: [...surroundings.builtin(), ...own.profiles], problems: own.problems };
}

async function readLiveProfiles(
  choice: TargetChoice,
  surroundings: Surroundings,
): Promise<ReadCatalog | undefined> {
  const target = await connectTo(choice, surroundings);
  if (target === undefined) return undefined;
  try {
    const found = await listAllProfiles(target.api);
    return {
      profiles: found.flatMap(({ read }) => (read.kind === 'profile' ? read.profile : [])),
      problems: found.flatMap(problemsOf),
    };
  } catch (error) {
    surroundings.stderr.write(`error: ${refusal(error, 'Rootlock in this cluster: install it first')}\n`);
    return undefined;
  }
}

function problemsOf({ read, reference }: ObservedProfile): readonly Problem[] {
  if (read.kind === 'profile') return [];
  const source = `${reference.kind} ${reference.namespace === undefined ? '' : `${reference.namespace}/`}${reference.name}`;
  return read.problems.map(({ field, message }) => {
    const [what = message, advice = 'correct the profile'] = message.split('; ');
    return { source, message: `${field} ${what}`, advice, excerpt: [] };
  });
}

/** The profiles in files and folders; what else is in them is no concern of a catalog. */
export async function readOwnProfiles(
  paths: readonly string[],
  surroundings: Surroundings,
): Promise<ReadCatalog> {
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
