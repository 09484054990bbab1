import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { type Hardening, hardenTexts } from '../harden/harden-text.ts';
import { functionConfig, resourceListOf } from '../harden/krm-function.ts';
import { inspect } from '../inspect/inspect.ts';
import {
  addManifestOptions,
  fallbackOf,
  type ManifestFlags,
  readManifests,
  withFunctionConfig,
} from '../manifest-options.ts';
import { chooseOutput, type Output } from '../output/choose-output.ts';
import { diffText } from '../output/diff-text.ts';
import { joined, writeBelow, writeInPlace } from '../output/write-texts.ts';
import { inspectionJson } from '../report/decision-json.ts';
import { outcomeOf } from '../report/outcome.ts';
import { problemLines } from '../report/problems.ts';
import { summaryLines } from '../report/summary.ts';
import { paintFor } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import type { Problem } from '../yaml/problem.ts';
import { readStream } from '../yaml/stream.ts';

export const harden: CliCommand = {
  name: 'harden',
  summary: 'give the workloads in manifests a read-only root, and volumes where their images write',
  examples: [
    ['rootlock harden -f web.yaml --diff', 'what would change, and why'],
    ['helm template shop ./chart | rootlock harden -f - | kubectl apply -f -', 'in a pipe'],
    ['rootlock harden -f manifests/ -o hardened/', 'a whole tree into another folder'],
  ],
  define(command, { surroundings, runs }) {
    addManifestOptions(command)
      .option(
        '-o, --output <yaml|json|DIR>',
        'the manifests (yaml), the decisions (json), or a folder to write the tree to',
        'yaml',
      )
      .option('--diff', 'print a unified diff instead of the manifests')
      .option('-i, --in-place', 'write the files where they are; each is written whole or not at all')
      .option('-q, --quiet', 'no summary on stderr, only problems')
      .action(runs((flags: HardenFlags) => runHarden(flags, surroundings)));
  },
};

type HardenFlags = ManifestFlags & {
  readonly output: string;
  readonly diff?: true;
  readonly inPlace?: true;
  readonly quiet?: true;
};

type Target = Output<'yaml' | 'json'> | { readonly kind: 'diff' } | { readonly kind: 'in-place' };

async function runHarden(given: HardenFlags, surroundings: Surroundings): Promise<ExitCode> {
  const target = targetOf(given, surroundings);
  const except = target.kind === 'folder' ? target.path : undefined;
  const { read, input, problems, progress } = await readManifests(given, surroundings, except);
  if (target.kind === 'in-place' && read.sources.some(({ path }) => path === undefined)) {
    throw new UsageError('--in-place cannot write to stdin: name files with -f');
  }
  const list = resourceListOf(read.sources.slice(0, 1).flatMap(readStream));
  const flags = list === undefined ? given : withFunctionConfig(given, functionConfig(list));
  const inspection = inspect({ ...input, fallback: fallbackOf(flags) });
  const hardening = hardenTexts(read.sources, {
    ...inspection,
    problems: [...problems, ...read.problems, ...inspection.problems],
  });
  progress.done();
  const unwritten = await write(target, hardening, given, surroundings);
  const told = { ...hardening.inspection, problems: [...hardening.inspection.problems, ...unwritten] };
  tell(told, given, target, surroundings);
  const denied = told.workloads.some(({ decision }) => outcomeOf(decision) === 'denied');
  return told.problems.length > 0 || denied ? EXIT.problems : EXIT.ok;
}

function targetOf({ output, diff, inPlace }: HardenFlags, { files }: Surroundings): Target {
  const chosen = chooseOutput(output, ['yaml', 'json'], files);
  const plain = chosen.kind === 'format' && chosen.format === 'yaml';
  if ([diff === true, inPlace === true, !plain].filter(Boolean).length > 1) {
    throw new UsageError('choose one of --diff, --in-place and -o: each says where the result goes');
  }
  if (diff) return { kind: 'diff' };
  return inPlace ? { kind: 'in-place' } : chosen;
}

async function write(
  target: Target,
  { texts, inspection }: Hardening,
  { color }: HardenFlags,
  { stdout, env, files }: Surroundings,
): Promise<Problem[]> {
  switch (target.kind) {
    case 'folder':
      return writeBelow(target.path, texts, files);
    case 'in-place':
      return writeInPlace(texts, files);
    case 'diff':
      stdout.write(diffText(texts, paintFor(stdout, env, color)));
      return [];
    case 'format':
      stdout.write(
        target.format === 'json'
          ? `${JSON.stringify(inspectionJson(inspection), null, 2)}\n`
          : joined(manifestsAmong(texts, inspection)),
      );
      return [];
  }
}

/** A stream goes to kubectl: it has no place for files that only stand beside the manifests. */
function manifestsAmong(
  texts: Hardening['texts'],
  { passedOver }: Hardening['inspection'],
): Hardening['texts'] {
  const beside = new Set(passedOver.flatMap((each) => ('source' in each ? each.source : [])));
  return texts.filter(({ source }) => !(source.found && beside.has(source)));
}

function tell(
  inspection: Hardening['inspection'],
  { color, quiet }: HardenFlags,
  target: Target,
  { stderr, env }: Surroundings,
): void {
  const paint = paintFor(stderr, env, color);
  const summary =
    quiet || (target.kind === 'format' && target.format === 'json')
      ? []
      : summaryLines(inspection, { paint, columns: stderr.columns });
  const lines = [...inspection.problems.flatMap((problem) => problemLines(problem, paint)), ...summary];
  if (lines.length > 0) stderr.write(`${lines.join('\n')}\n`);
}
