import { profileVersion } from '../../../core/admission/told.ts';
import { type CatalogMatch, compileCatalog } from '../../../core/catalog/lookup.ts';
import { parseImage } from '../../../core/image/reference.ts';
import type { JsonObject } from '../../../core/json.ts';
import { addCatalogOptions, type CatalogFlags, readCatalog } from '../../catalog-options.ts';
import { choiceOption, collect } from '../../choice-option.ts';
import type { CliCommand } from '../../command.ts';
import { EXIT, type ExitCode } from '../../exit-code.ts';
import { mirrorOf } from '../../manifest-options.ts';
import { plural } from '../../report/plural.ts';
import { problemLines } from '../../report/problems.ts';
import { type Paint, paintFor, printable } from '../../style.ts';
import type { Surroundings } from '../../surroundings.ts';
import { tableLines } from '../../table.ts';
import { UsageError } from '../../usage-error.ts';

const FORMATS = ['table', 'json'] as const;

export const catalogTest: CliCommand = {
  name: 'test',
  summary: 'tell which images the catalog knows; exit code 1 where it does not know one',
  examples: [
    ['rootlock catalog test nginx:1.27 ghcr.io/acme/shop:2', 'each image and the profiles that are for it'],
    [
      "kubectl get pods -A -o jsonpath='{..image}' | rootlock catalog test --live -",
      'whether a cluster knows what runs in it',
    ],
  ],
  define(command, { surroundings, runs }) {
    addCatalogOptions(command.argument('<image...>', 'images; - for a list of them on stdin'))
      .option('-n, --namespace <name>', 'the namespace whose own profiles count', 'default')
      .option('--mirror <prefix=target>', 'a registry that mirrors another; may be repeated', collect)
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('table'))
      .action(runs((images: string[], flags: TestFlags) => runTest(images, flags, surroundings)));
  },
};

type TestFlags = CatalogFlags & {
  readonly namespace: string;
  readonly mirror?: readonly string[];
  readonly output: (typeof FORMATS)[number];
};

async function runTest(
  images: readonly string[],
  flags: TestFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env, now } = surroundings;
  const catalog = await readCatalog(flags, surroundings);
  if (catalog === undefined) return EXIT.problems;
  const mirrors = (flags.mirror ?? []).map(mirrorOf);
  const { lookup } = compileCatalog(catalog.profiles, { mirrors, namespacedExemptions: true });
  const tested = (await namedImages(images, surroundings)).map((image): Tested => {
    const parsed = parseImage(image);
    if (parsed.kind === 'malformed') return { image, kind: 'malformed', because: parsed.problem };
    const match = lookup(parsed.image, flags.namespace, now());
    return { image, kind: match.kind, profiles: profilesOf(match), paths: pathsOf(match) };
  });
  stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(tested.map(json), null, 2)}\n`
      : `${testedLines(tested, paintFor(stdout, env, flags.color)).join('\n')}\n`,
  );
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of catalog.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  const known = tested.every(({ kind }) => kind === 'harden' || kind === 'exempt');
  return known && catalog.problems.length === 0 ? EXIT.ok : EXIT.problems;
}

type Tested =
  | {
      readonly image: string;
      readonly kind: CatalogMatch['kind'];
      readonly profiles: readonly string[];
      readonly paths: readonly string[];
    }
  | { readonly image: string; readonly kind: 'malformed'; readonly because: string };

/** Each once, in the order in which they were named. */
async function namedImages(images: readonly string[], { stdin }: Surroundings): Promise<readonly string[]> {
  const piped = images.includes('-') ? new TextDecoder().decode(await stdin.read()).split(/\s+/) : [];
  const named = [...images.filter((image) => image !== '-'), ...piped].filter((image) => image !== '');
  if (named.length === 0) throw new UsageError('there are no images to test: stdin names none');
  return [...new Set(named)];
}

function profilesOf(match: CatalogMatch): readonly string[] {
  switch (match.kind) {
    case 'unknown':
      return [];
    case 'exempt':
      return [profileVersion(match.profile)];
    case 'harden':
      return match.profiles.map(profileVersion);
  }
}

function pathsOf(match: CatalogMatch): readonly string[] {
  return match.kind === 'harden' ? match.paths.map(({ path }) => path) : [];
}

const COLORS = { harden: 'green', exempt: 'yellow', unknown: 'red', malformed: 'red' } as const;

function testedLines(tested: readonly Tested[], paint: Paint): string[] {
  const heads = ['IMAGE', 'ACTION', 'PROFILES', 'PATHS'].map((head) => paint('bold', head));
  const rows = tested.map((each) => {
    const rest =
      each.kind === 'malformed' ? [each.because, ''] : [each.profiles.join(', '), each.paths.join(' ')];
    return [printable(each.image), paint(COLORS[each.kind], each.kind), ...rest.map(printable)];
  });
  const unknown = tested.filter(({ kind }) => kind === 'unknown' || kind === 'malformed').length;
  const count = `${plural(tested.length, 'image')}${unknown === 0 ? ', all known' : `, ${unknown} not known`}`;
  return [...tableLines([heads, ...rows]).map((line) => line.trimEnd()), '', count];
}

function json(tested: Tested): JsonObject {
  const { image } = tested;
  if (tested.kind === 'malformed') return { image, action: 'malformed', because: tested.because };
  return { image, action: tested.kind, profiles: tested.profiles, paths: tested.paths };
}
