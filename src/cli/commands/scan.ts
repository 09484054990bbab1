import { FINDINGS } from '../../core/policy/rule.ts';
import type { TargetChoice } from '../../kube/heal/target.ts';
import { choiceOption } from '../choice-option.ts';
import { addClusterOptions, connectTo, refusal } from '../cluster-target.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { inspect } from '../inspect/inspect.ts';
import { readCluster } from '../inspect/read-cluster.ts';
import { addManifestOptions, type ManifestFlags, readManifests } from '../manifest-options.ts';
import { problemLines } from '../report/problems.ts';
import { runningScanJson, runningScanLines, runningVerdicts } from '../report/running-scan.ts';
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
    'tell how immutable containers are, in manifests as they are written or in a cluster as they run, and what speaks against it',
  examples: [
    ['rootlock scan -n shop', 'what runs in a namespace of a cluster; -A for all of them'],
    ['rootlock scan -f manifests/', 'a table'],
    [
      'rootlock scan -f manifests/ --fail-on high',
      'for CI: exit code 1 only where a container can undo it all',
    ],
    ['rootlock scan -f manifests/ -o sarif --fail-on none > rootlock.sarif', 'for code scanning'],
  ],
  define(command, { surroundings, runs }) {
    addClusterOptions(
      addManifestOptions(command, NAMESPACE)
        .optionsGroup('Without -f, which cluster:')
        .option('-A, --all-namespaces', 'all namespaces; otherwise that of -n, or of the context'),
    )
      .optionsGroup('What comes out:')
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('table'))
      .option(
        '--fail-on <what>',
        'the findings that make the exit code 1: any, none, a least severity (low, medium, high), or keys of findings, comma-separated (default: any)',
        failOn,
      )
      .action(runs((flags: ScanFlags) => runScan(flags, surroundings)));
  },
};

/** What `-n` means where there may be a cluster. */
export const NAMESPACE =
  'the namespace to look at in a cluster (that of the context); with -f, that of objects that name none (default)';

type ScanFlags = ManifestFlags &
  TargetChoice & {
    readonly allNamespaces?: true;
    readonly output: (typeof FORMATS)[number];
    readonly failOn?: readonly string[];
  };

async function runScan(flags: ScanFlags, surroundings: Surroundings): Promise<ExitCode> {
  if (flags.filename === undefined) return scanCluster(flags, surroundings);
  if (flags.allNamespaces)
    throw new UsageError('-A is for a cluster, and -f for manifests: name one of them');
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
    findings.some(({ finding }) => failsOn(flags.failOn ?? ['any'], finding)),
  );
  return fails || inspection.problems.length > 0 ? EXIT.problems : EXIT.ok;
}

/** What runs, rather than what is written. */
async function scanCluster(flags: ScanFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  if (flags.output === 'sarif') throw new UsageError('-o sarif names lines of files: it is for -f');
  const target = await connectTo(flags, surroundings);
  if (target === undefined) return EXIT.problems;
  const namespace = flags.allNamespaces ? undefined : target.namespace;
  const read = await readCluster(target.api, { namespace }, flags, surroundings).catch((error: unknown) =>
    refusal(error, `namespace ${namespace}`),
  );
  if (typeof read === 'string') {
    stderr.write(`error: ${read}\nTo scan manifests instead, name them with -f (- for stdin).\n`);
    return EXIT.problems;
  }
  const verdicts = runningVerdicts(read.pods);
  stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(runningScanJson(verdicts), null, 2)}\n`
      : `${runningScanLines(read.pods, verdicts, paintFor(stdout, env, flags.color)).join('\n')}\n`,
  );
  for (const note of read.notes) stderr.write(`note: ${note}\n`);
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of read.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  const fails = verdicts.some(({ findings }) =>
    findings.some((finding) => failsOn(flags.failOn ?? ['any'], finding)),
  );
  return fails || read.problems.length > 0 ? EXIT.problems : EXIT.ok;
}

function failOn(text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  const known = ['any', 'none', 'low', 'medium', 'high', ...Object.keys(FINDINGS)];
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length === 0) return words;
  throw new UsageError(`--fail-on does not know ${unknown.join(', ')}: it takes ${known.join(', ')}`);
}
