import { promote as promotionOf } from '../../core/healing/promote.ts';
import type { JsonObject } from '../../core/json.ts';
import { type Api, ApiError } from '../../kube/api.ts';
import type { TargetChoice } from '../../kube/heal/target.ts';
import { choiceOption } from '../choice-option.ts';
import { addTargetOptions, connectTo, refusal } from '../cluster-target.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { resourceText } from '../output/resource-text.ts';
import type { Surroundings } from '../surroundings.ts';
import { readProfileObject } from './approve.ts';

export const promote: CliCommand = {
  name: 'promote',
  summary: 'make a profile of one namespace one of the whole cluster',
  examples: [
    ['rootlock promote ghcr-io-team-shop -n shop', 'under the same name'],
    ['rootlock promote ghcr-io-team-shop -n shop --name shop -o yaml', 'only print what would be made'],
  ],
  define(command, { surroundings, runs }) {
    addTargetOptions(
      command.argument('<profile>', 'the name of a WritablePathProfile'),
      "the profile's namespace",
    )
      .option('--name <name>', 'the name of the ClusterWritablePathProfile; the same where it is absent')
      .addOption(choiceOption('-o, --output <format>', 'print it, and make nothing', ['yaml', 'json']))
      .action(runs((profile: string, flags: PromoteFlags) => runPromote(profile, flags, surroundings)));
  },
};

type PromoteFlags = TargetChoice & { readonly name?: string; readonly output?: 'yaml' | 'json' };

async function runPromote(
  profile: string,
  flags: PromoteFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  const target = await connectTo(flags, surroundings);
  if (target === undefined) return EXIT.problems;
  const read = await readProfileObject(target, profile);
  if (read.kind === 'refused') {
    stderr.write(`error: ${read.because}\n`);
    return EXIT.problems;
  }
  const name = flags.name ?? profile;
  const promotion = promotionOf(read.object, name);
  if (promotion.kind === 'refused') {
    stderr.write(`error: ${profile} is not promoted: ${promotion.because}\n`);
    return EXIT.problems;
  }
  if (flags.output !== undefined) {
    stdout.write(resourceText(promotion.object, flags.output));
    return EXIT.ok;
  }
  const problem = await create(target.api, promotion.object, name);
  if (problem !== undefined) {
    stderr.write(`error: ${problem}\n`);
    return EXIT.problems;
  }
  stdout.write(
    `made ClusterWritablePathProfile ${name}; in namespace ${target.namespace}, ${profile} still comes before it\n`,
  );
  return EXIT.ok;
}

async function create(api: Api, object: JsonObject, name: string): Promise<string | undefined> {
  try {
    await api.json({
      method: 'POST',
      path: '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles',
      query: { fieldManager: 'rootlock-promote' },
      body: object,
    });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) {
      return `there is a ClusterWritablePathProfile ${name} already: choose another name with --name, or delete it first`;
    }
    return refusal(error, name);
  }
}
