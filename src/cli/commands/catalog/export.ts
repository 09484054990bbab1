import { join } from 'node:path';
import type { Profile } from '../../../core/catalog/profile.ts';
import { addCatalogOptions, type CatalogFlags, readCatalog } from '../../catalog-options.ts';
import { choiceOption } from '../../choice-option.ts';
import type { CliCommand } from '../../command.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { resourceText } from '../../output/resource-text.ts';
import { plural } from '../../report/plural.ts';
import { problemLines } from '../../report/problems.ts';
import { profileResource } from '../../report/profile-resource.ts';
import { paintFor } from '../../style.ts';
import type { Surroundings } from '../../surroundings.ts';
import { UsageError } from '../../usage-error.ts';

const SOURCES = ['builtin', 'learned', 'person'] as const;

export const catalogExport: CliCommand = {
  name: 'export',
  summary:
    'write the profiles of the catalog into a folder, one file each, ready to be kept in Git and applied',
  examples: [
    [
      'rootlock catalog export profiles/ --live --source learned',
      'what the controller of a cluster has learned',
    ],
    ['rootlock catalog export profiles/', 'the built-in ones'],
  ],
  define(command, { surroundings, runs }) {
    addCatalogOptions(command.argument('<folder>', 'where they go; a file that is there is written over'))
      .addOption(choiceOption('--source <who>', 'only those written by', SOURCES))
      .action(runs((folder: string, flags: ExportFlags) => runExport(folder, flags, surroundings)));
  },
};

type ExportFlags = CatalogFlags & { readonly source?: (typeof SOURCES)[number] };

async function runExport(folder: string, flags: ExportFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env, files } = surroundings;
  if (files.kindOf(folder) === 'file') throw new UsageError(`${folder} is a file: name a folder`);
  const catalog = await readCatalog(flags, surroundings);
  if (catalog === undefined) return EXIT.problems;
  const wanted = catalog.profiles.filter(
    ({ source }) => flags.source === undefined || source === flags.source,
  );
  const odd = wanted.find(({ name, namespace = '' }) =>
    [name, namespace].some((part) => NO_FILE_NAME.test(part)),
  );
  if (odd !== undefined) {
    stderr.write(
      `error: no file can be named for the profile ${JSON.stringify(odd.name)}: it is no name of an object\n`,
    );
    return EXIT.problems;
  }
  for (const profile of wanted) {
    await files.write(join(folder, fileFor(profile)), resourceText(resourceFor(profile), 'yaml'));
  }
  stdout.write(`${plural(wanted.length, 'profile')} written to ${folder}\n`);
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of catalog.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  return catalog.problems.length > 0 ? EXIT.problems : EXIT.ok;
}

const NO_FILE_NAME = /[/\\]|^\.+$/;

/** The names of objects in a cluster are DNS names, and so good names of files; those in manifests are looked at first. */
function fileFor({ name, namespace }: Profile): string {
  return namespace === undefined ? `${name}.yaml` : join(namespace, `${name}.yaml`);
}

/** The generation is the cluster's to count. */
function resourceFor(profile: Profile) {
  return profileResource({ ...profile, generation: 0 });
}
