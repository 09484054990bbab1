import { Counter, type Registry } from 'prom-client';

/** What is counted of reviews that waited for the watches. */
export type WaitMetrics = { readonly waited: (came: boolean) => void };

export function createWaitMetrics(registry: Registry): WaitMetrics {
  const waits = new Counter({
    name: 'rootlock_admission_waits_total',
    help: 'Reviews that waited for the watches to bring their namespace, or a profile for it; and whether that came.',
    labelNames: ['came'],
    registers: [registry],
  });
  for (const came of ['true', 'false']) waits.inc({ came }, 0);
  return { waited: (came) => waits.inc({ came: String(came) }) };
}
