import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the controller's parts count; gauges of their own they register themselves. */
export type ControllerMetrics = {
  readonly registry: Registry;
  readonly leading: (leads: boolean) => void;
  readonly reconciled: (controller: string, outcome: 'done' | 'again' | 'failed', seconds: number) => void;
  readonly apiCalled: (verb: string, resource: string, status: string) => void;
  readonly event: (outcome: 'told' | 'repeated' | 'dropped') => void;
};

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15];

export function createControllerMetrics(registry: Registry): ControllerMetrics {
  const registers = [registry];
  const leader = new Gauge({
    name: 'rootlock_controller_leader',
    help: '1 in the process that leads, 0 in the others.',
    registers,
  });
  const seconds = new Histogram({
    name: 'rootlock_reconcile_duration_seconds',
    help: 'How long one look at one key took, by the part of the controller and how it ended.',
    labelNames: ['controller', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const calls = new Counter({
    name: 'rootlock_api_requests_total',
    help: 'Requests to the API server, by verb, resource and status; the status is empty where there was no answer.',
    labelNames: ['verb', 'resource', 'status'],
    registers,
  });
  const events = new Counter({
    name: 'rootlock_events_total',
    help: 'Kubernetes events: told, counted as a repetition of one, or dropped because there were too many.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['told', 'repeated', 'dropped']) events.inc({ outcome }, 0);
  return {
    registry,
    leading: (leads) => leader.set(leads ? 1 : 0),
    reconciled: (controller, outcome, took) => seconds.observe({ controller, outcome }, took),
    apiCalled: (verb, resource, status) => calls.inc({ verb, resource, status }),
    event: (outcome) => events.inc({ outcome }),
  };
}

/** The depth of each queue that runs, read when somebody asks. */
export function registerQueueMetrics(
  registry: Registry,
  queues: ReadonlyMap<string, { readonly depth: () => number }>,
): void {
  new Gauge({
    name: 'rootlock_queue_depth',
    help: 'Keys that are due and wait for a worker, by the part of the controller.',
    labelNames: ['controller'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [controller, queue] of queues) this.set({ controller }, queue.depth());
    },
  });
}
