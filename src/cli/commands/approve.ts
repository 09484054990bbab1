import { type Approval, approve as approvalOf } from '../../core/healing/approve.ts';
import type { Proposal } from '../../core/healing/learned-status.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { type Api, ApiError } from '../../kube/api.ts';
import type { Target, TargetChoice } from '../../kube/heal/target.ts';
import { addTargetOptions, connectTo, refusal } from '../cluster-target.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printable } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';

export const approve: CliCommand = {
  name: 'approve',
  summary: 'say yes to paths that a learned profile proposes, so that they are mounted from now on',
  examples: [
    ['rootlock approve ghcr-io-team-shop -n shop', 'all that it proposes'],
    ['rootlock approve ghcr-io-team-shop -n shop /var/lib/shop', 'this path only'],
  ],
  define(command, { surroundings, runs }) {
    addTargetOptions(
      command.argument('<profile>', 'the name of a WritablePathProfile'),
      "the profile's namespace",
    )
      .argument('[path...]', 'proposed paths; all of them where none is named')
      .option('--dry-run', 'only tell what would be approved')
      .action(
        runs((profile: string, paths: readonly string[], flags: ApproveFlags) =>
          runApprove(profile, paths, flags, surroundings),
        ),
      );
  },
};

type ApproveFlags = TargetChoice & { readonly dryRun?: true };

/** Others may write the profile between our reading and our writing. */
const TRIES = 5;

async function runApprove(
  profile: string,
  paths: readonly string[],
  flags: ApproveFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  const target = await connectTo(flags, surroundings);
  if (target === undefined) return EXIT.problems;
  const named = `${profile} in namespace ${target.namespace}`;
  const write = flags.dryRun !== true;
  for (let tries = 1; ; tries += 1) {
    const read = await readProfileObject(target, profile);
    if (read.kind === 'refused') {
      stderr.write(`error: ${read.because}\n`);
      return EXIT.problems;
    }
    const approval = approvalOf(read.object, paths);
    if (approval.kind !== 'approval') {
      (approval.kind === 'nothing-waits' ? stdout : stderr).write(`${printable(told(approval, named))}\n`);
      return approval.kind === 'nothing-waits' ? EXIT.ok : EXIT.problems;
    }
    const written = write ? await patch(target, profile, approval.operations) : { kind: 'written' as const };
    if (written.kind === 'changed' && tries < TRIES) continue;
    if (written.kind !== 'written') {
      stderr.write(`error: ${written.because}\n`);
      return EXIT.problems;
    }
    for (const each of approval.approved) {
      stdout.write(
        `${printable(`${write ? 'approved' : 'would approve'} ${describe(each)} for ${named}`)}\n`,
      );
    }
    return EXIT.ok;
  }
}

function told(approval: Exclude<Approval, { kind: 'approval' }>, profile: string): string {
  switch (approval.kind) {
    case 'nothing-waits':
      return `nothing waits for approval: ${profile}`;
    case 'not-proposed': {
      const waiting = approval.waiting.length === 0 ? 'nothing waits' : `${approval.waiting.join(', ')} wait`;
      return `error: ${profile} does not propose ${approval.paths.join(', ')}: ${waiting}`;
    }
    case 'malformed':
      return `error: ${profile} cannot be read: ${approval.because}`;
  }
}

function describe({ path, content, class: dataClass }: Proposal): string {
  const details = [
    dataClass === 'Data' ? "users' data" : 'scratch',
    ...(content === 'Copy' ? ['with its content'] : []),
  ];
  return `${path} (${details.join(', ')})`;
}

export type ProfileObject =
  | { readonly kind: 'object'; readonly object: JsonObject }
  | { readonly kind: 'refused'; readonly because: string };

export async function readProfileObject({ api, namespace }: Target, profile: string): Promise<ProfileObject> {
  try {
    const answer = await api.json({ path: profilePath(namespace, profile) });
    if (!isObject(answer)) return { kind: 'refused', because: 'the API server answered with something else' };
    return { kind: 'object', object: answer };
  } catch (error) {
    return {
      kind: 'refused',
      because: refusal(error, `WritablePathProfile ${profile} in namespace ${namespace}`),
    };
  }
}

function profilePath(namespace: string, profile: string): string {
  return `/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles/${profile}`;
}

type Written =
  | { readonly kind: 'written' }
  | { readonly kind: 'changed' | 'refused'; readonly because: string };

async function patch(
  { api, namespace }: { readonly api: Api; readonly namespace: string },
  profile: string,
  operations: readonly JsonObject[],
): Promise<Written> {
  try {
    await api.json({
      method: 'PATCH',
      path: profilePath(namespace, profile),
      query: { fieldManager: 'rootlock-approve' },
      contentType: 'application/json-patch+json',
      body: operations,
    });
    return { kind: 'written' };
  } catch (error) {
    // 422 is also how the API server says that a `test` has failed.
    const changed = error instanceof ApiError && (error.status === 409 || error.status === 422);
    return { kind: changed ? 'changed' : 'refused', because: refusal(error, profile) };
  }
}
