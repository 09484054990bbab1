import { type Api, type ClusterAccess, createApi } from './api.ts';
import { inClusterAccess, SERVICE_ACCOUNT_FOLDER } from './in-cluster.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A client of the cluster that the environment names: by KUBECONFIG, or because the process runs in it. */
export async function connect(environment: Environment, userAgent: string): Promise<Api> {
  return createApi(await clusterAccess(environment), userAgent);
}

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
  return config;
}
