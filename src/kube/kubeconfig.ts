import type { KubeConfig } from '@kubernetes/client-node';

/** What client-node makes up where it finds no file, and is in no cluster. */
const NO_CLUSTER = 'http://localhost:8080';

/**
 * Reads a kubeconfig file, or finds one as kubectl does. Rejects with one line where there is none, or it cannot be read;
 * `advice` is what to do where no cluster is named.
 */
export async function loadKubeconfig(file: string | undefined, advice: string): Promise<KubeConfig> {
  // Only now: it takes 80 MB of memory, for which a process in a cluster has no use.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    throw new Error(problemOf(error, file ?? 'that KUBECONFIG names'));
  }
  if (config.getCurrentCluster()?.server === NO_CLUSTER)
    throw new Error(`no cluster is configured: ${advice}`);
  return config;
}

/** In one line: the YAML parser's errors go on with an excerpt of the file, which may be a credential. */
function problemOf(error: unknown, file: string): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const [what = ''] = String(error.message).split('\n');
  if ('code' in error) return `the kubeconfig file ${file} cannot be read: ${what}`;
  return 'name' in error && error.name === 'YAMLException'
    ? `the kubeconfig file ${file} is not YAML: ${what}`
    : what;
}
