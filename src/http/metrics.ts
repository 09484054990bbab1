import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DENY_REASONS, SKIP_REASONS } from '../core/admission/decision.ts';
import type { Route } from './answer.ts';
import { type DecisionSummary, OUTCOMES } from './decision-summary.ts';
import { REFUSALS, type Refusal } from './refusal.ts';

/** What else can go wrong; the keys are metric labels. */
export const FAILURES = {
  decision: 'deciding threw, and the pod was answered as onError says',
  answer: 'something else threw, and the review was answered by 500',
  'malformed-review': 'a review with a uid that could not be understood',
  'cut-off': 'the client went away, or was too slow, before its body was whole',
  'bad-request': 'what came over a connection was no HTTP',
  handshake: 'a TLS handshake failed',
  'too-many-connections': 'a connection was dropped, because there were too many',
} as const satisfies Record<string, string>;

export type Failure = keyof typeof FAILURES;

export type WebhookMetrics = {
  /** For further gauges. */
  readonly registry: Registry;
  /** All of them, as Prometheus reads them. */
  readonly text: () => Promise<string>;
  readonly answered: (answered: Answered) => void;
  readonly refused: (refusal: Refusal) => void;
  readonly shed: (because: 'requests' | 'bytes') => void;
  readonly failed: (failure: Failure) => void;
};

export type Answered = {
  readonly route: Route;
  /** Absent where the review could not be understood. */
  readonly summary?: DecisionSummary;
  readonly seconds: number;
  readonly requestBytes: number;
  readonly patchBytes: number;
};

/** The API server's own histogram begins with 5 ms, too coarse to see anything of ours. */
const SECONDS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 3];
const BYTES = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

/** How many reviews are counted together: one by one, between reviews, that costs five times as much. */
const TOGETHER = 256;

/** The webhook's metrics, in a registry of their own. `catalogSize` is asked whenever somebody reads them. */
export function createWebhookMetrics({ catalogSize }: { catalogSize: () => number }): WebhookMetrics {
  const registry = new Registry();
  const registers = [registry];
  const decisions = new Counter({
    name: 'rootlock_admission_decisions_total',
    help: 'Decisions on pods, by what became of the pod and why.',
    labelNames: ['route', 'outcome', 'reason'],
    registers,
  });
  const seconds = new Histogram({
    name: 'rootlock_admission_duration_seconds',
    help: 'From the head of a review to its answer.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const requestBytes = new Histogram({
    name: 'rootlock_admission_request_bytes',
    help: 'Sizes of the reviews.',
    buckets: BYTES,
    registers,
  });
  const patchBytes = new Histogram({
    name: 'rootlock_admission_patch_bytes',
    help: 'Sizes of the patches, of those pods that were given one.',
    buckets: BYTES,
    registers,
  });
  const refusals = counterOf(registers, {
    name: 'rootlock_admission_refused_total',
    help: 'Requests that were answered by an HTTP error.',
    label: 'refusal',
    values: REFUSALS,
  });
  const shed = counterOf(registers, {
    name: 'rootlock_admission_shed_total',
    help: 'Reviews that were answered by 429, by the limit that was met.',
    label: 'limit',
    values: { requests: '', bytes: '' },
  });
  const failures = counterOf(registers, {
    name: 'rootlock_webhook_errors_total',
    help: 'What went wrong, by its kind.',
    label: 'kind',
    values: FAILURES,
  });
  for (const labels of knownDecisions()) decisions.inc(labels, 0);
  registerGauges(registry, [
    { name: 'rootlock_catalog_profiles', help: 'Profiles that decisions are made from.', read: catalogSize },
  ]);

  let waiting: Answered[] = [];
  const count = () => {
    const all = waiting;
    waiting = [];
    for (const one of all) {
      if (one.summary)
        decisions.inc({ route: one.route, outcome: one.summary.outcome, reason: one.summary.reason });
      seconds.observe({ route: one.route }, one.seconds);
      requestBytes.observe(one.requestBytes);
      if (one.patchBytes > 0) patchBytes.observe(one.patchBytes);
    }
  };
  return {
    registry,
    text() {
      count();
      return registry.metrics();
    },
    answered(answered) {
      waiting.push(answered);
      if (waiting.length >= TOGETHER) count();
    },
    refused: (refusal) => refusals.inc({ refusal }),
    shed: (limit) => shed.inc({ limit }),
    failed: (kind) => failures.inc({ kind }),
  };
}

/** The process's own metrics (CPU, memory, event loop, GC), under their conventional names. Once a process. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
}

export type GaugeReading = { readonly name: string; readonly help: string; readonly read: () => number };

/** Gauges that are read when somebody asks. */
export function registerGauges(registry: Registry, readings: readonly GaugeReading[]): void {
  for (const { name, help, read } of readings) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

/** A counter with one label of known values, each of which is there from the start, at 0. */
function counterOf<Label extends string>(
  registers: Registry[],
  options: { name: string; help: string; label: Label; values: Readonly<Record<string, unknown>> },
): Counter<Label> {
  const { name, help, label, values } = options;
  const counter = new Counter<string>({ name, help, labelNames: [label], registers });
  for (const value of Object.keys(values)) counter.inc({ [label]: value }, 0);
  return counter;
}

function knownDecisions() {
  const plain = Object.keys(OUTCOMES)
    .filter((outcome) => outcome !== 'left-alone' && outcome !== 'denied')
    .map((outcome) => ({ route: 'mutate', outcome, reason: '' }));
  const left = Object.keys(SKIP_REASONS).map((reason) => ({
    route: 'mutate',
    outcome: 'left-alone',
    reason,
  }));
  const denied = Object.keys(DENY_REASONS).map((reason) => ({ route: 'mutate', outcome: 'denied', reason }));
  return [...plain, ...left, ...denied];
}
