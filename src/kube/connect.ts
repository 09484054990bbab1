import { type Api, type ClusterAccess, createApi } from './api.ts';
import { inClusterAccess, SERVICE_ACCOUNT_FOLDER } from './in-cluster.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What client-node makes up where it finds no file, and is in no cluster. */
export const NO_CLUSTER = 'http://localhost:8080';

/** A client of the cluster that the environment names: by KUBECONFIG, or because the process runs in it. */
export async function connect(environment: Environment, userAgent: string): Promise<Api> {
  return createApi(await clusterAccess(environment), userAgent);
}

/** Rejects where the environment names none, or a file that is none. */
export async function clusterAccess({
  KUBECONFIG: kubeconfig,
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port,
}: Environment): Promise<ClusterAccess> {
  if (!kubeconfig && host && port) {
    return inClusterAccess({ host, port, folder: SERVICE_ACCOUNT_FOLDER, now: () => performance.now() });
  }
  // Only now: in a cluster its 80 MB of memory buy nothing.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (kubeconfig) config.loadFromFile(kubeconfig);
  else config.loadFromDefault();
  if (config.getCurrentCluster()?.server === NO_CLUSTER)
    throw new Error('no cluster is configured: run this in a pod, or set KUBECONFIG');
  return config;
}
