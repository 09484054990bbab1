import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** One rule of charts/rootlock/files/alerts.yaml. */
export type Alert = {
  readonly alert: string;
  readonly component: 'webhook' | 'controller';
  readonly severity: string;
  readonly expr: string;
  /** `5m` or `1h`; absent where it fires at once. */
  readonly for?: string;
  readonly summary: string;
  readonly description: string;
};

export const ALERTS: readonly Alert[] = parse(
  readFileSync(new URL('../../charts/rootlock/files/alerts.yaml', import.meta.url), 'utf8'),
);
