import { BUILTIN_FOLDER } from '../../../builtin.ts';
import { readProfile } from '../../../core/catalog/read-profile.ts';
import { choiceOption, colorOption } from '../../choice-option.ts';
import type { CliCommand } from '../../command.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { readSources } from '../../input/sources.ts';
import { profilesAmong } from '../../inspect/profiles.ts';
import { createProgress } from '../../progress.ts';
import { problemJson } from '../../report/decision-json.ts';
import { plural } from '../../report/plural.ts';
import { problemLines } from '../../report/problems.ts';
import { type ColorChoice, paintFor } from '../../style.ts';
import type { Surroundings } from '../../surroundings.ts';
import { classify, type ManifestObject, objectsIn, titleOf } from '../../workloads/objects.ts';
import { fieldOffset } from '../../yaml/field.ts';
import { inOrder, type Problem, problemAt } from '../../yaml/problem.ts';
import { positionAt } from '../../yaml/source.ts';
import { readStream } from '../../yaml/stream.ts';

const FORMATS = ['text', 'json'] as const;

export const catalogLint: CliCommand = {
  name: 'lint',
  summary: 'check profiles: each problem with its line, its field and what to do',
  examples: [
    ['rootlock catalog lint my-profiles/', 'profiles of your own; a folder or files, or - for stdin'],
    ['rootlock catalog lint', 'the built-in ones'],
  ],
  define(command, { surroundings, runs }) {
    command
      .argument('[paths...]', 'files, folders, or - for stdin; the built-in catalog where there are none')
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('text'))
      .addOption(colorOption())
      .action(runs((paths: string[], flags: LintFlags) => runLint(paths, flags, surroundings)));
  },
};

type LintFlags = { readonly output: (typeof FORMATS)[number]; readonly color: ColorChoice };

async function runLint(
  paths: readonly string[],
  flags: LintFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env, now } = surroundings;
  const progress = createProgress(stderr, now);
  const given = paths.length > 0 ? paths : [BUILTIN_FOLDER];
  const read = await readSources({ ...surroundings, paths: given, progress });
  progress.done();
  const documents = read.sources.flatMap(readStream);
  const objects = documents.flatMap(objectsIn);
  const profiles = objects.filter((object) => classify(object).kind === 'profile');
  const found = [
    ...read.problems,
    ...documents.flatMap(({ content }) => (content.kind === 'bad' ? content.problem : [])),
    ...objects.flatMap((object) => (profiles.includes(object) ? [] : notAProfile(object))),
    ...profilesAmong(profiles).problems,
    ...namedTwice(profiles),
    ...sameImageTwice(profiles),
  ];
  const problems = inOrder(found, read.sources);
  if (flags.output === 'json') {
    const json = { profiles: profiles.length, problems: problems.map(problemJson) };
    stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  } else {
    const paint = paintFor(stdout, env, flags.color);
    for (const problem of problems) stdout.write(`${problemLines(problem, paint).join('\n')}\n`);
    stdout.write(`${plural(profiles.length, 'profile')}, ${plural(problems.length, 'problem')}\n`);
  }
  return problems.length > 0 ? EXIT.problems : EXIT.ok;
}

function notAProfile(object: ManifestObject): Problem {
  return problemOf(object, 'kind', {
    message: `${object.kind === '' ? 'an object without a kind' : titleOf(object)} is no profile`,
    advice:
      'a profile has apiVersion: rootlock.dev/v1alpha1 and kind: ClusterWritablePathProfile or WritablePathProfile',
  });
}

/** The API server would keep only one of them. */
function namedTwice(profiles: readonly ManifestObject[]): Problem[] {
  return repeated(profiles, titleOf, (object, first) =>
    problemOf(object, 'metadata.name', {
      message: `${titleOf(object)} is there twice, first in ${first}`,
      advice: 'give one of them another name, or make them one',
    }),
  );
}

/** Of two profiles that select exactly the same images only the names tell which goes first. */
function sameImageTwice(profiles: readonly ManifestObject[]): Problem[] {
  const selector = (object: ManifestObject): string => {
    const read = readProfile(object.json);
    if (read.kind === 'malformed') return titleOf(object);
    const { namespace, source, image } = read.profile;
    return JSON.stringify([namespace, source, image.repository, image.tags, image.digests.toSorted()]);
  };
  return repeated(profiles, selector, (object, first) =>
    problemOf(object, 'spec.image', {
      message: `${titleOf(object)} selects the very images that another profile does, in ${first}`,
      advice: 'make them one profile, or tell them apart by tags',
    }),
  );
}

function repeated(
  profiles: readonly ManifestObject[],
  key: (object: ManifestObject) => string,
  tell: (object: ManifestObject, first: string) => Problem,
): Problem[] {
  const groups = Map.groupBy(profiles, key);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((object) => tell(object, placeOf(first))),
  );
}

function placeOf({ document, pointer }: ManifestObject): string {
  const { line } = positionAt(document.source, document.start + fieldOffset(document, pointer, ''));
  return `${document.source.name}:${line}`;
}

function problemOf(
  { document, pointer }: ManifestObject,
  field: string,
  said: { readonly message: string; readonly advice: string },
): Problem {
  return problemAt(document.source, document.start + fieldOffset(document, pointer, field), said);
}
