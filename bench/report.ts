import { cpus } from 'node:os';
import type { Cell } from './cells.ts';
import { type EngineCost, type LookupCost, median } from './engine.ts';

/** One round of one cell. */
export type Measured = {
  /** Microseconds of the server's CPU for a review. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Milliseconds, seen by the client. */
  readonly p50: number;
  readonly p99: number;
  readonly residentMegabytes: number;
};

export type Results = {
  readonly engine: readonly ({ readonly kilobytes: number } & EngineCost)[];
  readonly lookups: readonly ({ readonly profiles: number } & LookupCost)[];
  readonly cells: readonly (readonly [Cell, readonly Measured[]])[];
  readonly rounds: number;
  readonly connections: number;
};

/** What the numbers are, for the page that they are written to. */
export const PAGE = `# Benchmarks

What a review costs, written by \`npm run bench -- --write docs/benchmarks.md\`. Everything is measured in one run over
real HTTPS on the loopback, the servers in turn, each alone on one CPU where the machine lets us choose, and the
client on another. Compare within a table only: another machine, or a busy one, has other microseconds.

- \`bare\`: \`node:https\` and nothing else. It reads the review, parses it, and answers with one fixed patch of 1 KB.
- \`webhook-N\`: the webhook as it is installed, with N profiles: TLS as in production, limits, metrics, one structured
  log line for each decision, and a real patch (3.4 KB for the review of 12 KB, which has four containers).
- \`express\`: the usual way to write a webhook: express reads the body, and a diff of two copies makes the patch.

The pods are all _different_, each of a template that did not come before (the four images of the templates did), or
_alike_: of one Deployment, so that only the uid of a review and the name of a pod's token volume are new. The webhook
remembers for five seconds what it answered for a template, and neither parses nor decides on the same again.

CPU is that of the whole server process, its compiler and garbage collector included, for one review.
`;

export function markdown({ engine, lookups, cells, rounds, connections }: Results): string {
  const rows = cells.map(([cell, all]) => ({ cell, all, middle: middleOf(all) }));
  const bareOf = ({ kilobytes, rate }: Cell) =>
    rows.find(({ cell }) => cell.server === 'bare' && cell.kilobytes === kilobytes && cell.rate === rate)
      ?.middle;
  const servers = rows.map(({ cell, all, middle }) => [
    cell.server,
    cell.pods,
    `${cell.kilobytes} KB`,
    cell.rate === 0 ? `${connections} connections` : `${cell.rate}/s`,
    middle.cpu.toFixed(0),
    spread(all.map(({ cpu }) => cpu)),
    ratio(middle.cpu, bareOf(cell)?.cpu),
    middle.perSecond.toFixed(0),
    ratio(middle.perSecond, bareOf(cell)?.perSecond),
    middle.p50.toFixed(2),
    middle.p99.toFixed(2),
    middle.residentMegabytes.toFixed(0),
  ]);
  return [
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, median of ${rounds} interleaved rounds.`,
    '',
    table(
      [
        'server',
        'pods',
        'review',
        'load',
        'CPU µs/review',
        'lowest to highest round',
        'CPU / bare',
        'reviews/s',
        'throughput / bare',
        'p50 ms',
        'p99 ms',
        'RSS MB',
      ],
      servers,
    ),
    '',
    'Engine without HTTP, with 1,000 profiles: what it takes from the bytes of a review to the text of its answer, more than',
    'JSON.parse of the whole review. It leaves out what it does not read before it parses, so that this may be below zero.',
    '',
    table(
      ['review', 'JSON.parse µs', 'engine adds µs'],
      engine.map((row) => [`${row.kilobytes} KB`, row.parse.toFixed(1), row.engine.toFixed(1)]),
    ),
    '',
    table(
      ['profiles', 'lookup of a known image µs', 'of an image never seen µs'],
      lookups.map((row) => [String(row.profiles), row.known.toFixed(2), row.unseen.toFixed(2)]),
    ),
  ].join('\n');
}

function middleOf(all: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => median(all.map((one) => one[key]));
  return {
    cpu: of('cpu'),
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    residentMegabytes: of('residentMegabytes'),
  };
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
}

function ratio(value: number, bare: number | undefined): string {
  return bare === undefined ? '' : (value / bare).toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
