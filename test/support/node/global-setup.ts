import { preparePrograms } from '../control-plane/binaries.ts';
import { kubernetesVersion } from '../control-plane/versions.ts';
import { shareCluster } from './shared.ts';
import { type Cluster, startCluster } from './start.ts';

let running: Cluster | undefined;

/** What the files of this project run: built before the first test, whose time is not for that. */
const PROGRAMS = [
  'kube-apiserver',
  'etcd',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
  'containerd',
  'containerd-shim-runc-v2',
  'ctr',
  'helm',
] as const;

/** jest's globalSetup of the end-to-end tests: one cluster with a real node for all files of a run. */
export default async function globalSetup(): Promise<void> {
  await preparePrograms(PROGRAMS);
  running = await startCluster({ featureGates: gatesOf(kubernetesVersion()) });
  shareCluster(running.facts);
}

/** What jest's globalTeardown calls, in the same process. */
export async function stopSharedCluster(): Promise<void> {
  await running?.stop();
  running = undefined;
}

/** Image volumes are on by default from v1.36. */
function gatesOf(version: string): Record<string, boolean> {
  const minor = Number(version.split('.')[1]);
  return minor < 36 ? { ImageVolume: true } : {};
}
