import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:http';
import { Agent } from 'node:https';
import type { ClusterAccess } from './api.ts';

export type InCluster = {
  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT` */
  readonly host: string;
  readonly port: string;
  /** Where the kubelet mounts the service account: `token` and `ca.crt`. */
  readonly folder: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
};

export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The kubelet renews a token long before its hour is over. */
const READ_ANEW_MS = 60_000;

/** The pod's own service account. Does what client-node's loadFromCluster does, without its 80 MB of memory. */
export function inClusterAccess({ host, port, folder, now }: InCluster): ClusterAccess {
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let read: { readonly agent: Agent; readonly token: string; readonly at: number } | undefined;
  const credentials = async () => {
    if (read && now() - read.at < READ_ANEW_MS) return read;
    const [token, ca] = await Promise.all(
      ['token', 'ca.crt'].map((file) => readFile(`${folder}/${file}`, 'utf8')),
    );
    read = { agent: new Agent({ ca }), token: (token ?? '').trim(), at: now() };
    return read;
  };
  return {
    getCurrentCluster: () => ({ server }),
    async applyToHTTPSOptions(options: RequestOptions) {
      const { agent, token } = await credentials();
      options.agent = agent;
      options.headers = { ...options.headers, authorization: `Bearer ${token}` };
    },
  };
}
