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

export function markdown(results: Results): string {
  const { rates, connections, podBytes, profiles, version } = results;
  const rounds = results.cells[0]?.rounds.length ?? 0;
  return [
    `Kubernetes ${version}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} CPUs for everything, ` +
      `median of ${rounds} interleaved rounds. Dry-run creates of a pod of ${(podBytes / 1024).toFixed(1)} KB ` +
      `(2 containers, 1 init container); Rootlock with ${profiles} profiles.`,
    ...rates.flatMap((rate) => [
      '',
      rate === 0 ? `Closed loop, ${connections} connections:` : `${rate} a second:`,
      '',
      tableFor(results, rate),
    ]),
  ].join('\n');
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

function tableFor({ cells }: Results, rate: number): string {
  const of = (variant: Variant) => cells.find((cell) => cell.variant === variant && cell.rate === rate);
  const nothing = of('nothing');
  const lines = VARIANTS.map((variant) => {
    const cell = of(variant);
    if (!cell || !nothing) throw new Error(`nothing was measured of ${variant} at ${rate}`);
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

function ratio(cell: Cell, against: Cell | undefined, nothing: Cell): string {
  if (cell.variant === 'nothing' || !against) return '';
  return (median(addedCpu(cell, nothing)) / median(addedCpu(against, nothing))).toFixed(2);
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
