import type { Command } from 'commander';
import { ApiError } from '../kube/api.ts';
import { type Target, type TargetChoice, targetOf } from '../kube/heal/target.ts';
import type { Surroundings } from './surroundings.ts';
import { VERSION } from './version.ts';

/** The flags by which kubectl is told which cluster and namespace are meant. */
export function addTargetOptions(command: Command, whose: string): Command {
  return addClusterOptions(
    command.option('-n, --namespace <name>', `${whose}; that of the context where it is absent`),
  );
}

export function addClusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the kubeconfig file; as kubectl finds it where it is absent')
    .option('--context <name>', 'the context of the kubeconfig');
}

/** Undefined, having said why, where no cluster is named. */
export async function connectTo(
  choice: TargetChoice,
  { stderr }: Pick<Surroundings, 'stderr'>,
): Promise<Target | undefined> {
  try {
    return await targetOf(choice, `rootlock/${VERSION}`);
  } catch (error) {
    stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** What the API server said, and what to do about it where that is known. */
export function refusal(error: unknown, what: string): string {
  if (!(error instanceof ApiError)) {
    return `the API server cannot be reached${causeOf(error)}; check --kubeconfig and --context`;
  }
  if (error.status === 401)
    return 'the API server does not know you: renew your credentials, or check --kubeconfig';
  if (error.status === 403) return `you may not do that: ${error.message}`;
  if (error.status === 404) return `there is no ${what}`;
  return error.message;
}

/** `: connect ECONNREFUSED 10.0.0.1:443`; of several addresses that were tried, Node tells the code alone. */
function causeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : undefined;
  if (typeof cause !== 'object' || cause === null) return '';
  const { message, code } = cause as { readonly message?: unknown; readonly code?: unknown };
  const told = [message, code].find((each) => typeof each === 'string' && each !== '');
  return told === undefined ? '' : `: ${told}`;
}
