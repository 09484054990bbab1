import { profileVersion } from '../../../core/admission/told.ts';
import { type CatalogMatch, compileCatalog } from '../../../core/catalog/lookup.ts';
import type { ImageFacts, Profile } from '../../../core/catalog/profile.ts';
import { parseMirror } from '../../../core/image/mirrors.ts';
import { parseImage } from '../../../core/image/reference.ts';
import type { JsonObject } from '../../../core/json.ts';
import { addCatalogOptions, type CatalogFlags, readCatalog } from '../../catalog-options.ts';
import { choiceOption, collect } from '../../choice-option.ts';
import type { CliCommand } from '../../command.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { listOf, resourceText } from '../../output/resource-text.ts';
import { selectorText, sourceText } from '../../report/explanation.ts';
import { problemLines } from '../../report/problems.ts';
import { factsResource, pathResource, profileResource } from '../../report/profile-resource.ts';
import { type Look, textLines } from '../../report/text-lines.ts';
import { paintFor } from '../../style.ts';
import type { Surroundings } from '../../surroundings.ts';
import { tableLines } from '../../table.ts';
import { UsageError } from '../../usage-error.ts';

const FORMATS = ['text', 'json', 'yaml'] as const;

export const catalogShow: CliCommand = {
  name: 'show',
  summary: 'show a profile by its name, or what the catalog says of an image and why',
  examples: [
    ['rootlock catalog show nginx', 'the profile'],
    ['rootlock catalog show nginx:1.27-alpine', 'all profiles that match the image, and what they come to'],
    ['rootlock catalog show nginx:1.27-alpine --live -n shop', 'the same in a namespace of a cluster'],
  ],
  define(command, { surroundings, runs }) {
    addCatalogOptions(command.argument('<name|image>', 'the name of a profile, or an image'))
      .option('-n, --namespace <name>', 'the namespace whose own profiles count', 'default')
      .option('--mirror <prefix=target>', 'a registry that mirrors another; may be repeated', collect)
      .addOption(choiceOption('-o, --output <format>', 'how to print it', FORMATS).default('text'))
      .action(runs((wanted: string, flags: ShowFlags) => runShow(wanted, flags, surroundings)));
  },
};

type ShowFlags = CatalogFlags & {
  readonly namespace: string;
  readonly mirror?: readonly string[];
  readonly output: (typeof FORMATS)[number];
};

async function runShow(wanted: string, flags: ShowFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const catalog = await readCatalog(flags, surroundings);
  if (catalog === undefined) return EXIT.problems;
  const { profiles, problems } = catalog;
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  const look = { paint: paintFor(stdout, env, flags.color), columns: stdout.columns };
  const named = profiles.filter(({ name }) => name === wanted);
  const shown =
    named.length > 0
      ? namedText(named, flags, look)
      : imageShown(wanted, profiles, flags, surroundings, look);
  if (shown.kind === 'nothing') {
    stderr.write(`error: ${shown.because}\n`);
    return EXIT.problems;
  }
  stdout.write(shown.text);
  return problems.length > 0 ? EXIT.problems : EXIT.ok;
}

type Shown =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nothing'; readonly because: string };

function namedText(profiles: readonly Profile[], { output }: ShowFlags, look: Look): Shown {
  if (output !== 'text') {
    const [only, ...others] = profiles.map(profileResource);
    const resource = only && others.length === 0 ? only : listOf(profiles.map(profileResource));
    return { kind: 'text', text: resourceText(resource, output) };
  }
  const lines = profiles.flatMap((profile) => [
    ...headLines(profile, look),
    ...tableLines(profile.paths.map((path) => [`  + ${path.path}`, pathText(path)])),
    ...profile.env.map(({ name, value }) => `  + ${name}=${value}`),
    ...factLines(profile.facts),
    ...textLines(
      `What an image gets, merged with less specific profiles: rootlock catalog show ${example(profile)}`,
      0,
      look,
    ),
  ]);
  return { kind: 'text', text: `${lines.join('\n')}\n` };
}

/** An image that the profile is for, as an argument that no profile's name can be. */
function example({ image: { repository } }: Profile): string {
  return repository.includes('*') ? 'IMAGE:TAG' : `${repository}:latest`;
}

function headLines(profile: Profile, look: Look): string[] {
  const { paint } = look;
  const merges = profile.strategy === 'Replace' ? ', instead of less specific profiles' : '';
  return [
    `profile ${paint('bold', profileVersion(profile))} (${sourceText(profile)}), for ${paint('cyan', selectorText(profile))}${merges}`,
    ...(profile.action === 'Exempt' ? textLines(`exempt: ${profile.reason}`, 2, look) : []),
    ...(profile.expires === undefined ? [] : [`  until ${new Date(profile.expires).toISOString()}`]),
  ];
}

function pathText(path: Profile['paths'][number]): string {
  const special = [
    ...(path.class === 'Data' ? ["users' data"] : []),
    ...(path.content === 'Copy' ? ["the image's files are copied in"] : []),
    ...(path.medium === 'Memory' ? ['in memory'] : []),
    ...(path.sizeLimit === undefined ? [] : [`at most ${path.sizeLimit}`]),
  ];
  return `${path.description}${special.length === 0 ? '' : ` (${special.join('; ')})`}`;
}

function factLines({ volumes = [], shell, separateVarRun }: Partial<ImageFacts>): string[] {
  return [
    ...(volumes.length === 0 ? [] : [`  the image's VOLUMEs: ${volumes.join(', ')}`]),
    ...(shell === false ? ['  the image has no shell: content cannot be copied with its own tools'] : []),
    ...(separateVarRun ? ['  /var/run and /var/lock are directories of their own in it'] : []),
  ];
}

function imageShown(
  wanted: string,
  profiles: readonly Profile[],
  { namespace, mirror = [], output }: ShowFlags,
  { now }: Surroundings,
  look: Look,
): Shown {
  const parsed = parseImage(wanted);
  if (parsed.kind === 'malformed') {
    return {
      kind: 'nothing',
      because: `${wanted} is neither a profile's name nor an image: ${parsed.problem}`,
    };
  }
  const mirrors = mirror.map((text) => {
    const read = parseMirror(text);
    if (read.kind === 'malformed') throw new UsageError(`--mirror: ${read.problem}`);
    return read.mirror;
  });
  const catalog = compileCatalog(profiles, { mirrors, namespacedExemptions: true });
  const match = catalog.lookup(parsed.image, namespace, now());
  if (match.kind === 'unknown')
    return { kind: 'nothing', because: unknownText(parsed.image.repository, profiles) };
  const text =
    output === 'text'
      ? `${matchLines(wanted, parsed.image.repository, match, look).join('\n')}\n`
      : resourceText(matchJson(match), output);
  return { kind: 'text', text };
}

type Match = Exclude<CatalogMatch, { kind: 'unknown' }>;

function matchLines(wanted: string, repository: string, match: Match, look: Look): string[] {
  const image = wanted.startsWith(repository) ? wanted : `${wanted} (${repository})`;
  if (match.kind === 'exempt') return [`${image} is exempt, by`, ...headLines(match.profile, look)];
  return [
    `${image} is hardened, most specific first by`,
    ...match.profiles.flatMap((profile) => headLines(profile, look)),
    'which come to',
    ...tableLines(
      match.paths.map((path) => [
        `  + ${path.path}`,
        pathText(path),
        look.paint('dim', `[${profileVersion(path.from)}]`),
      ]),
    ),
    ...match.env.map(({ name, value }) => `  + ${name}=${value}`),
    ...factLines(match.facts),
  ];
}

function matchJson(match: Match): JsonObject {
  if (match.kind === 'exempt')
    return { action: 'Exempt', reason: match.profile.reason, profiles: [profileVersion(match.profile)] };
  return {
    action: 'Harden',
    profiles: match.profiles.map(profileVersion),
    paths: match.paths.map(({ from, ...path }) => ({ ...pathResource(path), profile: profileVersion(from) })),
    env: match.env.map(({ name, value }) => ({ name, value })),
    facts: factsResource(match.facts),
  };
}

/** Names that share the last part of the repository: most often another publisher's build of the same program. */
function unknownText(repository: string, profiles: readonly Profile[]): string {
  const program = repository.split('/').at(-1) ?? repository;
  const near = profiles
    .filter(({ name, image }) => name.includes(program) || image.repository.includes(program))
    .slice(0, 5);
  const hint =
    near.length === 0
      ? ''
      : `; near it are ${near.map(({ name, image }) => `${name} (${image.repository})`).join(', ')}`;
  return `no profile matches ${repository}${hint}`;
}
