import { FINDINGS } from '../../core/policy/rule.ts';
import { choiceOption } from '../choice-option.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { inspect } from '../inspect/inspect.ts';
import { addManifestOptions, type ManifestFlags, readManifests } from '../manifest-options.ts';
import { problemLines } from '../report/problems.ts';
import { sarifLog } from '../report/sarif.ts';
import { scanJson } from '../report/scan-json.ts';
import { scanLines } from '../report/scan-table.ts';
import { failsOn, verdictsOn } from '../report/verdicts.ts';
import { paintFor } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';

const FORMATS = ['table', 'json', 'sarif'] as const;

export const scan: CliCommand = {
  name: 'scan',
  summary:
    'tell how immutable the containers in manifests are as they are written, and what speaks against it',
  examples: [
    ['rootlock scan -f manifests/', 'a table'],
    [
      'rootlock scan -f manifests/ --fail-on high',
      'for CI: exit code 1 only where a container can undo it all',
    ],
    ['rootlock scan -f manifests/ -o sarif --fail-on none > rootlock.sarif', 'for code scanning'],
  ],
  define(command, { surroundings, runs }) {
    addManifestOptions(command)
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('table'))
      .option(
        '--fail-on <what>',
        'the findings that make the exit code 1: any, none, a least severity (low, medium, high), or keys of findings, comma-separated',
        failOn,
        ['any'],
      )
      .action(runs((flags: ScanFlags) => runScan(flags, surroundings)));
  },
};

type ScanFlags = ManifestFlags & {
  readonly output: (typeof FORMATS)[number];
  readonly failOn: readonly string[];
};

async function runScan(flags: ScanFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const { read, input, problems, progress } = await readManifests(flags, surroundings);
  const found = inspect({ ...input, view: 'as-written' });
  progress.done();
  const inspection = { ...found, problems: [...problems, ...read.problems, ...found.problems] };
  const verdicts = inspection.workloads.flatMap(verdictsOn);
  switch (flags.output) {
    case 'json':
      stdout.write(`${JSON.stringify(scanJson(inspection, verdicts), null, 2)}\n`);
      break;
    case 'sarif':
      stdout.write(`${JSON.stringify(sarifLog(verdicts, inspection.problems, VERSION), null, 2)}\n`);
      break;
    case 'table':
      stdout.write(`${scanLines(inspection, verdicts, paintFor(stdout, env, flags.color)).join('\n')}\n`);
      break;
  }
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of inspection.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  const fails = verdicts.some(({ findings }) =>
    findings.some(({ finding }) => failsOn(flags.failOn, finding)),
  );
  return fails || inspection.problems.length > 0 ? EXIT.problems : EXIT.ok;
}

function failOn(text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  const known = ['any', 'none', 'low', 'medium', 'high', ...Object.keys(FINDINGS)];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length === 0) return words;
  throw new UsageError(`--fail-on does not know ${unknown.join(', ')}: it takes ${known.join(', ')}`);
}
