import { Counter, type Registry } from 'prom-client';
import type { HealOutcome } from '../../core/healing/image-case.ts';

export type HealMetrics = {
  readonly healing: (outcome: HealOutcome) => void;
  readonly logRead: (outcome: 'read' | 'none' | 'postponed', bytes: number) => void;
  readonly evidence: (kind: string) => void;
  readonly replaced: (outcome: 'evicted' | 'refused' | 'gone') => void;
};

/** The counters of the healer: made once for a process, whichever term counts. */
export function healMetrics(registry: Registry): HealMetrics {
  const counter = (name: string, help: string, labelNames: readonly string[]): Counter => {
    const known = registry.getSingleMetric(name);
    return known instanceof Counter ? known : new Counter({ name, help, labelNames, registers: [registry] });
  };
  const heals = counter(
    'rootlock_heals_total',
    'What became of failing hardened workloads: learned, proposed, healed, stepped-back (by cause), exonerated, not-healed.',
    ['outcome', 'cause'],
  );
  const logs = counter(
    'rootlock_log_reads_total',
    'Container logs: read, none to be had, or postponed since the budget was spent.',
    ['outcome'],
  );
  const bytes = counter('rootlock_log_bytes_total', 'Bytes of container logs that were read.', []);
  const evidence = counter('rootlock_evidence_total', 'What container logs told, by its kind.', ['kind']);
  const replaced = counter(
    'rootlock_replaced_pods_total',
    'Pods that were evicted so that better hardened ones take their place: evicted, refused (429), or gone already.',
    ['outcome'],
  );
  return {
    healing: (outcome) =>
      heals.inc({ outcome: outcome.kind, cause: outcome.kind === 'stepped-back' ? outcome.cause : '' }),
    logRead: (outcome, size) => {
      logs.inc({ outcome });
      bytes.inc(size);
    },
    evidence: (kind) => evidence.inc({ kind }),
    replaced: (outcome) => replaced.inc({ outcome }),
  };
}
