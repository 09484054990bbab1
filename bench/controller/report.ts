import { cpus } from 'node:os';
import type { Handover, Handovers } from './handovers.ts';
import type { Size } from './objects.ts';

export type Results = {
  readonly size: Size;
  readonly builtin: number;
  readonly version: string;
  /** Seconds. */
  readonly filled: number;
  readonly first: Start;
  readonly quiet: Quiet;
  readonly churn: Churn;
  readonly again: Start;
  /** Milliseconds, sorted. */
  readonly edits: readonly number[];
  readonly handovers: Handovers;
};

export type Start = {
  /** Milliseconds from the start of the process until it had nothing more to write. */
  readonly steadyMs: number;
  readonly writes: number;
  readonly cpuMs: number;
  readonly memory: Memory;
};

/** Megabytes of resident memory. */
export type Memory = { readonly now: number; readonly most: number };

export type Quiet = {
  readonly seconds: number;
  readonly cpuMs: number;
  /** By the controller's count, and by the API server's. */
  readonly writes: number;
  readonly apiServerWrites: number;
  readonly memory: Memory;
};

export type Churn = {
  readonly seconds: number;
  /** That were deleted, and made anew, a second. */
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly memory: Memory;
};

export function markdown(results: Results): string {
  const { size, builtin, version, filled, first, again, quiet, churn, edits, handovers } = results;
  const rows: readonly (readonly [what: string, measured: string, bar: string])[] = [
    ['resident memory, the most it ever had (first start)', megabytes(first.memory.most), '< 256 MB'],
    [
      'resident memory, the most it ever had (with the status written)',
      megabytes(again.memory.most),
      '< 256 MB',
    ],
    ['resident memory after a minute of rest', megabytes(quiet.memory.now), '< 256 MB'],
    ['resident memory, the most during and after the churn', megabytes(churn.memory.most), '< 256 MB'],
    [
      `first start to steady state: ${builtin} built-in profiles shipped, ${first.writes} writes in all`,
      `${seconds(first.steadyMs)} s, ${seconds(first.cpuMs)} s of CPU`,
      '',
    ],
    [
      `start to steady state, everything in place: ${again.writes} writes`,
      `${seconds(again.steadyMs)} s, ${seconds(again.cpuMs)} s of CPU`,
      '',
    ],
    [
      `writes in ${quiet.seconds} s in which nothing changes, the Lease's aside (by its own count; by the API server's)`,
      `${quiet.writes}; ${quiet.apiServerWrites}`,
      '0',
    ],
    ['CPU while nothing changes', share(quiet.cpuMs, quiet.seconds), ''],
    [
      `CPU while ${churn.perSecond.toFixed(0)} pods a second are deleted, made and started`,
      share(churn.cpuMs, churn.seconds),
      '',
    ],
    [`a profile edit in effect at the webhook, median of ${edits.length}`, `${at(edits, 0.5)} ms`, ''],
    ['the same, p99', `${at(edits, 0.99)} ms`, '≤ 1000 ms'],
    ...handoverRows(handovers),
  ];
  return [
    '# Benchmark of the controller',
    '',
    `Written by \`npm run bench:controller\`. ${size.pods} pods (two containers each, nine of ten hardened), ${size.profiles} profiles ` +
      `(${builtin} built-in ones, the others learned) and ${size.namespaces} namespaces on a real API server, ` +
      `which one run fills in ${filled.toFixed(0)} s. The controller runs under its own rights, from the built program, with no flags for Node. ` +
      'One pod in ten has the status of a running one, and one learned profile in ten its evidence, so that the filling comes to an end.',
    '',
    `Kubernetes ${version}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} CPUs for everything: ` +
      'API server, etcd, controller, webhook and what loads them.',
    '',
    '| what | measured | bar |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    'A Lease is renewed every two seconds while a controller leads: that is how others know that it does. The first start ' +
      'writes the status of every profile once; what limits it is 50 of them a second, so that it is nobody’s trouble. ' +
      'A start is over when nothing has been written, and no log read, for half a minute; the minute in which nothing changes ' +
      'is that after the first start. Leaders follow each other with all these pods and profiles in the memory of both processes, ' +
      'each of which speaks with the API server through a proxy, which is asked what they wrote.',
    '',
  ].join('\n');
}

function handoverRows({ stopped, killed, paused }: Handovers) {
  const longest = (rounds: readonly Handover[], of: keyof Handover) =>
    `${seconds(Math.max(...rounds.map((round) => round[of])))} s`;
  const row = (what: string, rounds: readonly Handover[], bar: string) =>
    [
      `${what}, the longest of ${rounds.length}: until the other leads; until it has judged all pods`,
      `${longest(rounds, 'leadsMs')}; ${longest(rounds, 'judgedMs')}`,
      bar,
    ] as const;
  const sent = paused.reduce((sum, { sentAfterwards }) => sum + sentAfterwards, 0);
  return [
    row('a leader asked to end (SIGTERM)', stopped, '≤ 3 s;'),
    row('a leader killed (SIGKILL)', killed, '≤ 17 s;'),
    row('a leader paused (SIGSTOP)', paused, '≤ 17 s;'),
    [
      `writes that it sends once it wakes after 30 s, while another leads, which wrote ${paused.map(({ written }) => written).join(', ')} times meanwhile`,
      `${sent}`,
      '0',
    ],
  ] as const;
}

function megabytes(value: number): string {
  return `${value.toFixed(0)} MB`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function share(cpuMs: number, over: number): string {
  return `${(cpuMs / over / 10).toFixed(1)} % of one CPU`;
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
}
