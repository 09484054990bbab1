import { createRateLimit, type RateLimit, tryTake } from '../controller/rate-limit.ts';
import type { Clock } from '../reflector.ts';

/** How much of the logs may be read: what a container logs is its tenant's text, and there is no end to it. */
export type LogBudget = {
  /** Whether one more log of a namespace may be read now. */
  readonly take: (namespace: string) => boolean;
};

export type LogBudgetOptions = {
  /** Logs a second, of all namespaces together. */
  readonly perSecond: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
};

/** At once: all logs of a workload that has just been made, and of some others. */
const BURST = 50;
/** No namespace may take more than this share of what there is. */
const SHARE = 1 / 4;
const NAMESPACE_BURST = 20;
/** Namespaces that are remembered. */
const REMEMBERED = 5_000;

export function createLogBudget({ perSecond, clock }: LogBudgetOptions): LogBudget {
  const overall = createRateLimit({ perSecond, burst: BURST, clock });
  const namespaces = new Map<string, RateLimit>();
  const limitOf = (namespace: string) => {
    const known =
      namespaces.get(namespace) ??
      createRateLimit({ perSecond: perSecond * SHARE, burst: NAMESPACE_BURST, clock });
    namespaces.delete(namespace);
    namespaces.set(namespace, known);
    const [oldest] = namespaces.keys();
    if (namespaces.size > REMEMBERED && oldest !== undefined) namespaces.delete(oldest);
    return known;
  };
  return { take: (namespace) => tryTake(limitOf(namespace), overall) };
}
