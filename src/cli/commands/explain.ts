import type { TargetChoice } from '../../kube/heal/target.ts';
import { choiceOption } from '../choice-option.ts';
import { addClusterOptions, connectTo, refusal } from '../cluster-target.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { inspect } from '../inspect/inspect.ts';
import { readCluster } from '../inspect/read-cluster.ts';
import { addManifestOptions, type ManifestFlags, readManifests } from '../manifest-options.ts';
import { inspectionJson } from '../report/decision-json.ts';
import { explainedOf, explanationLines } from '../report/explanation.ts';
import { problemLines } from '../report/problems.ts';
import { runningExplanationJson, runningExplanationLines } from '../report/running-explanation.ts';
import { countLine } from '../report/summary.ts';
import { paintFor } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import { NAMESPACE } from './scan.ts';

export const explain: CliCommand = {
  name: 'explain',
  summary: 'tell why each container is hardened as it is, or is not',
  examples: [
    [
      'rootlock explain web-0 -n shop',
      'of a pod in a cluster: as it runs, and as it would be if it were made now',
    ],
    ['rootlock explain -f web.yaml', 'from a file'],
  ],
  define(command, { surroundings, runs }) {
    addClusterOptions(
      addManifestOptions(
        command.argument('[pod]', 'a pod of a cluster, where there is no -f'),
        NAMESPACE,
      ).optionsGroup('Of a pod, which cluster:'),
    )
      .optionsGroup('What comes out:')
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('text'))
      .action(runs((pod: string | undefined, flags: ExplainFlags) => runExplain(pod, flags, surroundings)));
  },
};

const FORMATS = ['text', 'json'] as const;

type ExplainFlags = ManifestFlags & TargetChoice & { readonly output: (typeof FORMATS)[number] };

async function runExplain(
  pod: string | undefined,
  flags: ExplainFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (pod !== undefined) {
    if (flags.filename !== undefined)
      throw new UsageError('a pod is of a cluster, and -f is for manifests: name one of them');
    return explainPod(pod.replace(/^pods?\//, ''), flags, surroundings);
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
      : `${[...inspection.workloads.flatMap((each) => explanationLines(explainedOf(each), look)), countLine(inspection)].join('\n')}\n`,
  );
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of inspection.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  return inspection.problems.length > 0 ? EXIT.problems : EXIT.ok;
}

async function explainPod(pod: string, flags: ExplainFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const target = await connectTo(flags, surroundings);
  if (target === undefined) return EXIT.problems;
  const { api, namespace } = target;
  const what = `pod ${pod} in namespace ${namespace}`;
  const read = await readCluster(api, { namespace, pod }, flags, surroundings).catch((error: unknown) =>
    refusal(error, `${what}: see kubectl get pods -n ${namespace}`),
  );
  const [running] = typeof read === 'string' ? [] : read.pods;
  if (typeof read === 'string' || running === undefined) {
    stderr.write(`error: ${typeof read === 'string' ? read : `${what} has ended, or is about to`}\n`);
    return EXIT.problems;
  }
  const look = { paint: paintFor(stdout, env, flags.color), columns: stdout.columns };
  stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify(runningExplanationJson(running), null, 2)}\n`
      : `${runningExplanationLines(running, look).join('\n')}\n`,
  );
  for (const note of read.notes) stderr.write(`note: ${note}\n`);
  const paint = paintFor(stderr, env, flags.color);
  for (const problem of read.problems) stderr.write(`${problemLines(problem, paint).join('\n')}\n`);
  return read.problems.length > 0 ? EXIT.problems : EXIT.ok;
}
