import type { ServerKind } from './servers/protocol.ts';

/** One thing that is measured: a server, a size of review, a way to send them. */
export type Cell = {
  readonly server: string;
  readonly kilobytes: number;
  /** Reviews a second; 0: as many as it takes. */
  readonly rate: number;
};

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

/** Sizes 4 and 50 without the catalogs that only show what 12 shows already. */
export const CELLS: readonly Cell[] = [
  ...['bare', 'webhook-1000', 'express'].map((server) => ({ server, kilobytes: 4, rate: 0 })),
  ...SERVERS.map(({ name }) => ({ server: name, kilobytes: 12, rate: 0 })),
  ...['bare', 'webhook-1000', 'express'].map((server) => ({ server, kilobytes: 50, rate: 0 })),
  ...['bare', 'webhook-1000', 'express'].map((server) => ({ server, kilobytes: 12, rate: 500 })),
];
