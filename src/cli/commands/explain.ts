import { choiceOption } from '../choice-option.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { inspect } from '../inspect/inspect.ts';
import { addManifestOptions, type ManifestFlags, readManifests } from '../manifest-options.ts';
import { inspectionJson } from '../report/decision-json.ts';
import { explanationLines } from '../report/explanation.ts';
import { problemLines } from '../report/problems.ts';
import { countLine } from '../report/summary.ts';
import { paintFor } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';

export const explain: CliCommand = {
  name: 'explain',
  summary: 'tell why each container is hardened as it is, or is not',
  examples: [
    ['rootlock explain -f web.yaml', 'from a file'],
    ['kubectl get pod web-0 -o yaml | rootlock explain -f -', 'of a pod in a cluster'],
  ],
  define(command, { surroundings, runs }) {
    addManifestOptions(command.argument('[pod]', 'a pod of a cluster'))
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('text'))
      .action(runs((pod: string | undefined, flags: ExplainFlags) => runExplain(pod, flags, surroundings)));
  },
};

const FORMATS = ['text', 'json'] as const;

type ExplainFlags = ManifestFlags & { readonly output: (typeof FORMATS)[number] };

async function runExplain(
  pod: string | undefined,
  flags: ExplainFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (pod !== undefined) {
    const namespace = flags.namespace === 'default' ? '' : ` -n ${flags.namespace}`;
    throw new UsageError(
      `explain reads manifests, not clusters: kubectl get pod ${pod}${namespace} -o yaml | rootlock explain -f -`,
    );
  }
  const { stdout, stderr, env } = surroundings;
  const { read, input, problems, progress } = await readManifests(flags, surroundings);
  const found = inspect(input);
  progress.done();
  const inspection = { ...found, problems: [...problems, ...read.problems, ...found.problems] };
  const look = { paint: paintFor(stdout, env, flags.color), columns: stdout.columns };
  stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(inspectionJson(inspection), null, 2)}\n`
      : `${[...inspection.workloads.flatMap((each) => explanationLines(each, look)), countLine(inspection)].join('\n')}\n`,
  );
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of inspection.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  return inspection.problems.length > 0 ? EXIT.problems : EXIT.ok;
}
