import type { Pods } from '../cells.ts';

/** What the benchmark's processes say to each other, over Node's IPC channel. */
export type ServerKind = 'bare' | 'webhook' | 'express';

export type ToServer = { readonly kind: 'usage' } | { readonly kind: 'end' };

export type FromServer =
  | { readonly kind: 'listening'; readonly port: number }
  /** CPU of the whole process so far, and its memory. */
  | { readonly kind: 'usage'; readonly cpuMicroseconds: number; readonly residentBytes: number };

export type ToLoad = {
  readonly port: number;
  readonly body: string;
  readonly pods: Pods;
  readonly connections: number;
  readonly milliseconds: number;
  /** Reviews a second, however long the answers take; 0: the next one as soon as the last is answered. */
  readonly rate: number;
};

export type FromLoad = {
  readonly kind: 'done';
  readonly reviews: number;
  readonly failures: number;
  readonly milliseconds: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
};
