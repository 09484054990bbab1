import type { Profile } from '../../../core/catalog/profile.ts';
import { addCatalogOptions, type CatalogFlags, readCatalog } from '../../catalog-options.ts';
import { choiceOption } from '../../choice-option.ts';
import type { CliCommand } from '../../command.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { listOf, resourceStream, resourceText } from '../../output/resource-text.ts';
import { sourceText } from '../../report/explanation.ts';
import { plural } from '../../report/plural.ts';
import { problemLines } from '../../report/problems.ts';
import { profileResource } from '../../report/profile-resource.ts';
import { type Paint, paintFor } from '../../style.ts';
import type { Surroundings } from '../../surroundings.ts';
import { tableLines } from '../../table.ts';

const FORMATS = ['table', 'json', 'yaml', 'name'] as const;
const SOURCES = ['builtin', 'learned', 'person'] as const;
const ACTIONS = ['harden', 'exempt'] as const;

export const catalogList: CliCommand = {
  name: 'list',
  summary: 'list the profiles of the catalog',
  examples: [
    ['rootlock catalog list', 'all of them'],
    ['rootlock catalog list postgres', 'those whose name or image says postgres'],
    ['rootlock catalog list --live --source learned', 'what the controller of a cluster has learned'],
    ['rootlock catalog list --action exempt -o yaml', 'the images that cannot run read-only, as resources'],
  ],
  define(command, { surroundings, runs }) {
    addCatalogOptions(command.argument('[text]', 'only profiles whose name or image has this text'))
      .addOption(choiceOption('--source <who>', 'only those written by', SOURCES))
      .addOption(choiceOption('--action <what>', 'only those that', ACTIONS))
      .addOption(choiceOption('-o, --output <format>', 'how to print them', FORMATS).default('table'))
      .action(runs((text: string | undefined, flags: ListFlags) => runList(text, flags, surroundings)));
  },
};

type ListFlags = CatalogFlags & {
  readonly source?: (typeof SOURCES)[number];
  readonly action?: (typeof ACTIONS)[number];
  readonly output: (typeof FORMATS)[number];
};

async function runList(
  text: string | undefined,
  flags: ListFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const catalog = await readCatalog(flags, surroundings);
  if (catalog === undefined) return EXIT.problems;
  const { profiles, problems } = catalog;
  const listed = profiles.filter((profile) => isWanted(profile, text, flags));
  stdout.write(listText(listed, flags.output, paintFor(stdout, env, flags.color)));
  if (flags.output === 'table') stdout.write(`\n${plural(listed.length, 'profile')}\n`);
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  return problems.length > 0 ? EXIT.problems : EXIT.ok;
}

function isWanted(
  { name, image, source, action }: Profile,
  text: string | undefined,
  flags: ListFlags,
): boolean {
  if (flags.source !== undefined && flags.source !== source) return false;
  if (flags.action !== undefined && flags.action !== action.toLowerCase()) return false;
  return text === undefined || name.includes(text) || image.repository.includes(text);
}

function listText(profiles: readonly Profile[], format: ListFlags['output'], paint: Paint): string {
  switch (format) {
    case 'name':
      return profiles.map(({ name }) => `${name}\n`).join('');
    case 'json':
      return resourceText(listOf(profiles.map(profileResource)), 'json');
    case 'yaml':
      return resourceStream(profiles.map(profileResource));
    case 'table':
      return `${tableLines([HEADS.map((head) => paint('bold', head)), ...profiles.map((each) => row(each, paint))]).join('\n')}\n`;
  }
}

const HEADS = ['NAME', 'IMAGE', 'TAGS', 'SOURCE', 'ACTION', 'PATHS'];

function row(profile: Profile, paint: Paint): string[] {
  const { name, namespace, image, action, paths } = profile;
  return [
    `${namespace === undefined ? '' : `${namespace}/`}${name}`,
    paint('cyan', image.repository),
    image.tags ?? (image.digests.length > 0 ? plural(image.digests.length, 'digest') : '*'),
    sourceText(profile),
    action === 'Exempt' ? paint('yellow', 'exempt') : 'harden',
    paths.map(({ path }) => path).join(' '),
  ];
}
