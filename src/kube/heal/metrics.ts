import { Counter, type Registry } from 'prom-client';
import type { HealOutcome } from '../../core/healing/image-case.ts';
import { STEP_BACK_CAUSES } from '../../core/healing/step-back.ts';
import type { Evidence } from '../../core/learning/evidence.ts';

export type HealMetrics = {
  readonly healing: (outcome: HealOutcome) => void;
  readonly logRead: (outcome: LogRead, bytes: number) => void;
  readonly evidence: (kind: Evidence['kind']) => void;
  readonly replaced: (outcome: Replaced) => void;
};

type LogRead = 'read' | 'none' | 'postponed';
type Replaced = 'evicted' | 'refused' | 'gone';
type Labels = Readonly<Record<string, string>>;

/**
 * The counters of the healer: made once for a process, whichever term counts. Each is there from the start, at 0: for
 * Prometheus one that begins with 1 has not increased.
 */
export function healMetrics(registry: Registry): HealMetrics {
  const counter = (name: string, help: string, labels: readonly Labels[]): Counter => {
    const known = registry.getSingleMetric(name);
    if (known instanceof Counter) return known;
    const made = new Counter({
      name,
      help,
      labelNames: Object.keys(labels[0] ?? {}),
      registers: [registry],
    });
    for (const each of labels) made.inc(each, 0);
    return made;
  };
  const heals = counter(
    'rootlock_heals_total',
    'What became of failing hardened workloads: learned, proposed, healed, stepped-back (by cause), exonerated, not-healed.',
    HEALS,
  );
  const logs = counter(
    'rootlock_log_reads_total',
    'Container logs: read, none to be had, or postponed since the budget was spent.',
    valuesOf('outcome', LOG_READS),
  );
  const bytes = counter('rootlock_log_bytes_total', 'Bytes of container logs that were read.', []);
  const evidence = counter(
    'rootlock_evidence_total',
    'What container logs told, by its kind.',
    valuesOf('kind', EVIDENCE),
  );
  const replaced = counter(
    'rootlock_replaced_pods_total',
    'Pods that were evicted so that better hardened ones take their place: evicted, refused (429), or gone already.',
    valuesOf('outcome', REPLACED),
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

/** By outcome, the causes that it comes with. */
const OUTCOMES = {
  learned: [''],
  proposed: [''],
  healed: [''],
  'stepped-back': Object.keys(STEP_BACK_CAUSES),
  exonerated: [''],
  'not-healed': [''],
} as const satisfies Record<HealOutcome['kind'], readonly string[]>;

const HEALS: readonly Labels[] = Object.entries(OUTCOMES).flatMap(([outcome, causes]) =>
  causes.map((cause) => ({ outcome, cause })),
);

const LOG_READS = { read: '', none: '', postponed: '' } as const satisfies Record<LogRead, ''>;
const REPLACED = { evicted: '', refused: '', gone: '' } as const satisfies Record<Replaced, ''>;
const EVIDENCE = {
  write: '',
  'root-level-file': '',
  pathless: '',
  'mount-trouble': '',
  'not-about-root': '',
} as const satisfies Record<Evidence['kind'], ''>;

function valuesOf(label: string, values: Readonly<Record<string, ''>>): readonly Labels[] {
  return Object.keys(values).map((value) => ({ [label]: value }));
}
