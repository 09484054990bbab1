import { Agent } from 'node:https';
import type { ClusterAccess } from '../api.ts';

/** Connections for requests that come by the hundred; the API server closes idle ones after 90 s. */
const POOL = { keepAlive: true, maxSockets: 16, timeout: 30_000 } as const;

/**
 * The same access over connections that are kept, which spares a TLS handshake for each request. Not for leases and
 * watches: a connection that has gone silent unnoticed costs whoever is given it next a time-out.
 */
export function keepConnections(access: ClusterAccess): ClusterAccess {
  const kept = new WeakMap<Agent, Agent>();
  return {
    getCurrentCluster: () => access.getCurrentCluster(),
    applyToHTTPSOptions: async (options) => {
      await access.applyToHTTPSOptions(options);
      const { agent } = options;
      // A proxy's agent is of another class, and knows best.
      if (!(agent instanceof Agent) || agent.constructor !== Agent) return;
      const pooled = kept.get(agent) ?? new Agent({ ...agent.options, ...POOL });
      kept.set(agent, pooled);
      options.agent = pooled;
    },
  };
}
