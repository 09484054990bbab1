import { type Api, type ClusterAccess, createApi } from './api.ts';
import { inClusterAccess, SERVICE_ACCOUNT_FOLDER } from './in-cluster.ts';
import { loadKubeconfig } from './kubeconfig.ts';

type Environment = Readonly<Record<string, string | undefined>>;

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
  return loadKubeconfig(kubeconfig || undefined, 'run this in a pod, or set KUBECONFIG');
}
