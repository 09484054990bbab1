import { setTimeout as sleep } from 'node:timers/promises';
import { admissionSettings } from './admission-settings.ts';
import type { Config, Environment } from './config.ts';
import { admit } from './core/admission/admit.ts';
import type { Profile } from './core/catalog/profile.ts';
import { createWebhookServer } from './http/server.ts';
import { systemClock } from './kube/clock.ts';
import { createClusterWorld } from './kube/cluster-world.ts';
import { connect } from './kube/connect.ts';
import { createNodes } from './kube/nodes.ts';
import { createPatientAdmit, type PatientAdmitOptions } from './kube/patient-admit.ts';
import type { Log } from './log.ts';
import { webhookMetrics } from './webhook-metrics.ts';
import { openTls } from './webhook-tls.ts';

export type WebhookOptions = {
  readonly config: Config;
  /** For what is not ours to name: KUBECONFIG, and where Kubernetes says that its API server is. */
  readonly environment: Environment;
  /** What counts as long as the cluster has no built-in profiles of its own. */
  readonly builtin: readonly Profile[];
  readonly version: string;
  readonly log: Log;
};

/** The webhook's process: serves reviews from what it knows of its cluster, until it is stopped, and then loses none. */
export async function runWebhook(options: WebhookOptions, stop: AbortSignal): Promise<void> {
  const { config, environment, builtin, version, log } = options;
  const clock = systemClock;
  const api = await connect(environment, `rootlock-webhook/${version}`);
  const catalog = { mirrors: config.mirrors, namespacedExemptions: config.namespacedExemptions };
  const world = createClusterWorld({ api, builtin, catalog, clock, log });
  const nodes = createNodes({ api, clock, log });
  const tls = await openTls({ config, api, clock, log });

  const metrics = webhookMetrics({
    catalogSize: () => world.catalog().size,
    malformed: world.malformed,
    staleness: world.staleness,
    renewalFails: () => tls.problem() !== undefined,
  });

  const decideNow: PatientAdmitOptions['decide'] = (request) =>
    admit(
      request,
      { catalog: world.catalog(), settings: admissionSettings(config, nodes.facts()) },
      world.policies,
      api.now(),
    );
  const server = createWebhookServer({
    admit: createPatientAdmit({ decide: decideNow, world, clock, waited: metrics.waited }),
    // Neither ever falls, so that their sum changes whenever one of them does.
    revision: () => world.revision() + nodes.revision(),
    config,
    tls: tls.material,
    log,
    metrics,
    ready: () => [
      { name: 'caches', ok: world.synced(), because: 'not everything has been listed yet' },
      tls.check(),
    ],
  });
  const { address, port } = await server.listen();
  log.info('listening', { address, port, version });

  const ending = new AbortController();
  try {
    const running = Promise.all([
      world.run(ending.signal),
      nodes.run(ending.signal),
      tls.run(server.reloadTls, ending.signal),
    ]);
    await Promise.race([aborted(stop), running]);
    await server.drain({ graceMs: config.drainSeconds * 1000, sleep: (ms) => sleep(ms) });
  } finally {
    ending.abort();
    server.stop();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
