import type { ServerKind } from './servers/protocol.ts';

/** One thing that is measured: a server, a size of review, a way to send them. */
export type Cell = {
  readonly server: string;
  readonly kilobytes: number;
  /** Reviews a second; 0: as many as it takes. */
  readonly rate: number;
  readonly pods: Pods;
};

/**
 * `alike`: of one Deployment, so that each review has another uid and another token volume. `different`: each of a
 * template that did not come before, or so long ago that nobody remembers.
 */
export type Pods = 'alike' | 'different';

export type ServerUnderTest = { readonly name: string; readonly kind: ServerKind; readonly profiles: number };

export const SERVERS: readonly ServerUnderTest[] = [
  { name: 'bare', kind: 'bare', profiles: 0 },
  { name: 'webhook-10', kind: 'webhook', profiles: 10 },
  { name: 'webhook-1000', kind: 'webhook', profiles: 1_000 },
  { name: 'webhook-10000', kind: 'webhook', profiles: 10_000 },
  { name: 'express', kind: 'express', profiles: 1_000 },
];

export const SIZES = [4, 12, 50] as const;
export const PROFILES = [10, 1_000, 10_000] as const;

/** Shares of the time for warming up. The small ones most of it: it is their number that counts. */
export const WARM_UP = [
  { kilobytes: 4, share: 0.6 },
  { kilobytes: 12, share: 0.25 },
  { kilobytes: 50, share: 0.15 },
] as const;

/** To a server that remembers nothing, all pods are different. */
const ROWS = [
  { server: 'bare', pods: 'different' },
  { server: 'webhook-1000', pods: 'alike' },
  { server: 'webhook-1000', pods: 'different' },
  { server: 'express', pods: 'different' },
] as const;

/** The other catalogs show with 12 KB and pods that are different what there is to see. */
export const CELLS: readonly Cell[] = [
  ...ROWS.map((row) => ({ ...row, kilobytes: 4, rate: 0 })),
  ...ROWS.map((row) => ({ ...row, kilobytes: 12, rate: 0 })),
  ...['webhook-10', 'webhook-10000'].map(
    (server): Cell => ({ server, pods: 'different', kilobytes: 12, rate: 0 }),
  ),
  ...ROWS.map((row) => ({ ...row, kilobytes: 50, rate: 0 })),
  ...ROWS.map((row) => ({ ...row, kilobytes: 12, rate: 500 })),
];
