import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { Registry } from 'prom-client';
import { admissionSettings } from './admission-settings.ts';
import type { Config } from './config.ts';
import { controllerMetrics } from './controller-metrics.ts';
import type { Shipped } from './core/catalog/shipping.ts';
import { createApp } from './http/app.ts';
import { type Api, type ClusterAccess, createApi } from './kube/api.ts';
import { systemClock } from './kube/clock.ts';
import type { Controller, ControllerContext } from './kube/controller/controller.ts';
import { countCalls, limitCalls } from './kube/controller/counted-api.ts';
import { createEventRecorder } from './kube/controller/event-recorder.ts';
import { fence } from './kube/controller/fence.ts';
import { keepConnections } from './kube/controller/kept-connections.ts';
import { runForLeader } from './kube/controller/leader-election.ts';
import { LEASE_NAME } from './kube/controller/lease.ts';
import type { ControllerMetrics } from './kube/controller/metrics.ts';
import { forgetProfiles } from './kube/controller/parts/forget-profiles.ts';
import { judgeUsage } from './kube/controller/parts/judge-usage.ts';
import { reportPolicies } from './kube/controller/parts/report-policies.ts';
import { reportStatus } from './kube/controller/parts/report-status.ts';
import { rollOut } from './kube/controller/parts/roll-out.ts';
import { shipCatalog } from './kube/controller/parts/ship-catalog.ts';
import { tellMissed } from './kube/controller/parts/tell-missed.ts';
import { perform } from './kube/controller/perform.ts';
import { createRateLimit } from './kube/controller/rate-limit.ts';
import { runControllers } from './kube/controller/run-controllers.ts';
import type { Instant, Term } from './kube/controller/term.ts';
import { createUsageBooks, type UsageBook } from './kube/controller/usage-book.ts';
import type { WorkQueue } from './kube/controller/work-queue.ts';
import { type ControllerWorld, createControllerWorld } from './kube/controller/world.ts';
import { type HealingSettings, healWorkloads } from './kube/heal/healer.ts';
import { promoteAgreed } from './kube/heal/promoter.ts';
import { createNodes, type Nodes } from './kube/nodes.ts';
import type { Clock } from './kube/reflector.ts';
import type { Log } from './log.ts';

export type ControllerOptions = {
  readonly access: ClusterAccess;
  readonly config: Config;
  readonly builtin: readonly Shipped[];
  readonly version: string;
  readonly log: Log;
  /** What the work is paced by; leases and watches always go by the machine's own. */
  readonly clock?: Clock;
};

/**
 * Requests a second; watches, leases and events are not among them. What there may be thousands of has limits of its
 * own, so that it does not keep waiting what a failing pod needs.
 */
const CALLS = { perSecond: 50, burst: 100 };
const CATALOG_CALLS = { perSecond: 100, burst: 200 };
const REPORT_CALLS = { perSecond: 50, burst: 100 };

/** The controller's process: it watches, stands for election, and does the work of flow 2 while it leads. */
export async function runController(options: ControllerOptions, stop: AbortSignal): Promise<void> {
  const { access, config, version, log } = options;
  const queues = new Map<string, WorkQueue>();
  const books = createUsageBooks();
  const metrics = controllerMetrics({
    world: () => world,
    queues,
    book: books.current,
    now: () => api.now(),
  });
  const agent = `rootlock-controller/${version}`;
  const api = countCalls(createApi(access, agent), metrics);
  const workApi = countCalls(createApi(keepConnections(access), agent), metrics);
  const world = createControllerWorld({
    api,
    catalog: { mirrors: config.mirrors, namespacedExemptions: config.namespacedExemptions },
    clock: systemClock,
    log,
  });
  const nodes = createNodes({ api, clock: systemClock, log });
  const identity = `${hostname()}_${randomUUID()}`;
  const probes = await serveProbes({ world, registry: metrics.registry, config, log });
  const running = Promise.all([world.run(stop), nodes.run(stop)]);

  await runForLeader(
    {
      api,
      namespace: config.namespace,
      name: LEASE_NAME,
      identity,
      clock: systemClock,
      instant,
      log,
      observed: (holder) => metrics.leading(holder === identity),
    },
    (term) =>
      books
        .during((usage) =>
          lead({ ...options, api: workApi, world, nodes, metrics, identity, queues, usage }, term),
        )
        .finally(() => metrics.leading(false)),
    stop,
  );
  await running;
  probes.close();
}

function instant(): Instant {
  return { monotonic: performance.now(), wall: Date.now() };
}

type Leading = ControllerOptions & {
  readonly api: Api;
  readonly world: ControllerWorld;
  readonly nodes: Nodes;
  readonly metrics: ControllerMetrics;
  readonly identity: string;
  readonly queues: Map<string, WorkQueue>;
  readonly usage: UsageBook;
};

/** One term. */
async function lead(leading: Leading, term: Term): Promise<void> {
  const {
    clock = systemClock,
    api,
    world,
    nodes,
    metrics,
    identity,
    queues,
    usage,
    config,
    builtin,
    log,
  } = leading;
  await untilKnown(() => world.synced() && nodes.asked(), term.ending);
  const fenced = fence(api, term);
  const limited = (calls: { readonly perSecond: number; readonly burst: number }): Api =>
    limitCalls(fenced, createRateLimit({ ...calls, clock }), term.ending);
  const events = createEventRecorder({ api: fenced, instance: identity, clock, metrics, log });
  const contextWith = (calls: Api): ControllerContext => ({
    world,
    usage,
    reads: calls,
    perform: (action) => perform(action, { api: calls, events }),
    settings: {
      namespace: config.namespace,
      forgetAfterMs: config.forgetAfterDays * 24 * 3_600_000,
      rolloutTimeoutMs: config.rolloutTimeoutSeconds * 1000,
      namespacedExemptions: config.namespacedExemptions,
    },
    admission: {
      settings: () => admissionSettings(config, nodes.facts()),
      subscribe: nodes.subscribe,
    },
    metrics,
    clock,
    now: api.now,
    log,
    stop: term.ending,
  });
  const context = contextWith(limited(CALLS));
  const reporting = contextWith(limited(REPORT_CALLS));
  const controllers: readonly Controller[] = [
    shipCatalog(contextWith(limited(CATALOG_CALLS)), builtin),
    judgeUsage(context),
    reportStatus(reporting),
    tellMissed(context),
    rollOut(context),
    healWorkloads(context, healingSettings(config)),
    promoteAgreed(context, config.promoteAfter),
    forgetProfiles(context),
    reportPolicies(reporting),
  ];
  await runControllers(controllers, { clock, metrics, log, queues }, term.ending);
}

async function untilKnown(known: () => boolean, stop: AbortSignal): Promise<void> {
  while (!known() && !stop.aborted) await systemClock.sleep(50, stop);
}

function healingSettings(config: Config): HealingSettings {
  return {
    attempts: config.healAttempts,
    exemptMs: config.exemptHours * 3_600_000,
    logsPerSecond: config.healLogsPerSecond,
    logBytes: config.healLogBytes,
  };
}

type Probes = Pick<ControllerOptions, 'config' | 'log'> & {
  readonly world: ControllerWorld;
  readonly registry: Registry;
};

/** Every replica is ready once it could lead. */
async function serveProbes({ world, registry, config, log }: Probes) {
  const app = createApp({
    ready: () => [{ name: 'caches', ok: world.synced(), because: 'not everything has been listed yet' }],
    metrics: { registry, text: () => registry.metrics() },
    log,
  });
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.probePort, config.host === '' ? undefined : config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  log.info('probes', { port });
  return server;
}
