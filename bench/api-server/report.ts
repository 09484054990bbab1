import { cpus } from 'node:os';
import { median } from '../engine.ts';
import { VARIANTS, type Variant } from './cluster.ts';

/** One round of one variant under one load. */
export type Measured = {
  /** Milliseconds of CPU for a request. */
  readonly apiServer: number;
  readonly webhook: number;
  /** Milliseconds, seen by the client. */
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
  readonly perSecond: number;
  /** Of the API server's calls to the webhook, how many took at most 5 ms; undefined where there are none. */
  readonly within5ms: number | undefined;
};

export type Cell = { readonly variant: Variant; readonly rate: number; readonly rounds: readonly Measured[] };

export type Results = {
  readonly cells: readonly Cell[];
  readonly rates: readonly number[];
  readonly connections: number;
  readonly podBytes: number;
  readonly profiles: number;
  readonly version: string;
};

/** The whole page of the documentation. */
export function page(results: Results): string {
  const { rates, connections, podBytes, profiles, version } = results;
  const rounds = results.cells[0]?.rounds.length ?? 0;
  return [
    '# What a pod costs on its way through the API server',
    '',
    'Written by `npm run bench:api-server -- --write docs/benchmarks-api-server.md`: one run on one machine, a real kube-apiserver and etcd, and dry-run',
    `creates of a pod of ${(podBytes / 1024).toFixed(1)} KB with 2 containers and 1 init container. The pods of each row meet`,
    '',
    '- _nothing_: no webhook and no policy;',
    '- _bare webhook_: a `node:https` server that parses the review and allows it, without a patch;',
    '- _bare webhook, same patch_: the same server, which answers the patch that Rootlock would make, computed beforehand;',
    `- _Rootlock_: the webhook as it ships, with ${profiles} profiles in the cluster; the pods are of one ReplicaSet, as in all rows,`,
    '  so that it remembers its answer for some seconds;',
    '- _Rootlock, different pods_: the same, where each pod is the first of its ReplicaSet and is decided on;',
    '- _native policy_: a MutatingAdmissionPolicy (CEL, ApplyConfiguration) that sets the flag and two mounts, the same for all images.',
    '',
    `Kubernetes ${version}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}; ${cpus().length} CPUs for the load,`,
    `the API server, etcd and the webhooks together. Medians of ${rounds} rounds, in which the rows take turns. _Added_ is`,
    'what a row has more than _nothing_ in the same round; added CPU counts the API server and the webhook together.',
    "_Calls ≤ 5 ms_ is the share in the first bucket of the API server's own `apiserver_admission_webhook_admission_duration_seconds`.",
    ...rates.flatMap((rate) => [
      '',
      rate === 0 ? `## Closed loop, ${connections} connections` : `## ${rate} a second`,
      '',
      tableFor(results, rate),
    ]),
    '',
    '## Against the goals',
    '',
    goalTable(results),
    '',
    'A patch has a price in the API server, whoever answers it: the pod is encoded once more, patched, decoded and defaulted.',
    'The row _bare webhook, same patch_ shows that price; what Rootlock adds to it is its own.',
    '',
  ].join('\n');
}

/** What we hold Rootlock to, and what this run found. */
function goalTable(results: Results): string {
  const rows = results.rates.flatMap((rate) => {
    const of = cellsAt(results, rate);
    const [rootlock, bare] = [of('Rootlock'), of('bare webhook')];
    const times = (variant: Variant) => ratioOf(rootlock, of(variant), of('nothing'));
    const load = rate === 0 ? 'closed loop' : `${rate} a second`;
    const points = 100 * Math.abs(shareOf(bare) - shareOf(rootlock));
    return [
      row(
        'added CPU ÷ bare webhook',
        load,
        times('bare webhook'),
        goal('≤ 1.20', times('bare webhook') <= 1.2),
      ),
      row('added CPU ÷ bare webhook, same patch', load, times(SAME_PATCH), NO_GOAL),
      row(
        'added CPU ÷ native policy',
        load,
        times('native policy'),
        goal('< 0.50', times('native policy') < 0.5),
      ),
      row('calls ≤ 5 ms, points from bare webhook', load, points, goal('≤ 0.50', points <= 0.5)),
    ];
  });
  return ['| measured | load | this run | goal | met |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

const NO_GOAL = ['', ''] as const;

function goal(text: string, met: boolean): readonly [string, string] {
  return [text, met ? 'yes' : 'no'];
}

const SAME_PATCH = 'bare webhook, same patch';

function row(what: string, load: string, value: number, judged: readonly [string, string]): string {
  return `| ${[what, load, value.toFixed(2), ...judged].join(' | ')} |`;
}

const HEAD = [
  'what pods meet',
  'API server CPU ms',
  'webhook CPU ms',
  'added CPU ms (lowest to highest round)',
  '÷ bare webhook',
  '÷ same patch',
  '÷ native policy',
  'creates/s',
  'p50 ms',
  'p99 ms',
  'added p50',
  'added p99',
  'added mean',
  'calls ≤ 5 ms',
];

function tableFor(results: Results, rate: number): string {
  const of = cellsAt(results, rate);
  const nothing = of('nothing');
  const lines = VARIANTS.map((variant) => {
    const cell = of(variant);
    const middle = middleOf(cell);
    const added = addedCpu(cell, nothing);
    return [
      variant,
      middle.apiServer.toFixed(2),
      middle.webhook.toFixed(2),
      variant === 'nothing' ? '' : `${median(added).toFixed(2)} (${spread(added)})`,
      ratio(cell, of('bare webhook'), nothing),
      ratio(cell, of('bare webhook, same patch'), nothing),
      ratio(cell, of('native policy'), nothing),
      middle.perSecond.toFixed(0),
      middle.p50.toFixed(2),
      middle.p99.toFixed(2),
      ...(['p50', 'p99', 'mean'] as const).map((key) =>
        variant === 'nothing' ? '' : (middle[key] - middleOf(nothing)[key]).toFixed(2),
      ),
      middle.within5ms === undefined ? '' : `${(middle.within5ms * 100).toFixed(2)} %`,
    ];
  });
  return [HEAD, HEAD.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Against the round of `nothing` at the same time, so that what else the machine did counts for both. */
function addedCpu({ rounds }: Cell, nothing: Cell): readonly number[] {
  return rounds.map(
    (round, index) => round.apiServer + round.webhook - (nothing.rounds[index]?.apiServer ?? 0),
  );
}

function cellsAt({ cells }: Results, rate: number): (variant: Variant) => Cell {
  return (variant) => {
    const found = cells.find((cell) => cell.variant === variant && cell.rate === rate);
    if (!found) throw new Error(`nothing was measured of ${variant} at ${rate}`);
    return found;
  };
}

function ratio(cell: Cell, against: Cell, nothing: Cell): string {
  return cell.variant === 'nothing' ? '' : ratioOf(cell, against, nothing).toFixed(2);
}

function ratioOf(cell: Cell, against: Cell, nothing: Cell): number {
  return median(addedCpu(cell, nothing)) / median(addedCpu(against, nothing));
}

function shareOf(cell: Cell): number {
  return middleOf(cell).within5ms ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
}

function middleOf({ rounds }: Cell): Measured {
  const of = (key: Exclude<keyof Measured, 'within5ms'>) => median(rounds.map((round) => round[key]));
  const shares = rounds.flatMap(({ within5ms }) => within5ms ?? []);
  return {
    apiServer: of('apiServer'),
    webhook: of('webhook'),
    p50: of('p50'),
    p99: of('p99'),
    mean: of('mean'),
    perSecond: of('perSecond'),
    within5ms: shares.length > 0 ? median(shares) : undefined,
  };
}
