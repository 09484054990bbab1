import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../control-plane/binaries.ts';
import type { Connection } from '../control-plane/connection.ts';
import { type KubernetesVersion, kubernetesVersions, minorOf } from '../control-plane/versions.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { Machine } from './machine.ts';

export const nodeName = 'node1';

/** Starts the kubelet and kube-proxy, and resolves when pods can be scheduled to the node. */
export async function joinCluster(
  machine: Machine,
  cluster: Connection,
  featureGates: Readonly<Record<string, boolean>>,
): Promise<void> {
  const { folder, network, controlGroup } = machine.facts;
  const version = versionOf(cluster);
  const kubelet = await findProgram('kubelet', version);
  const kubeProxy = await findProgram('kube-proxy', version);
  const config = join(folder, 'kubelet.json');
  writeFileSync(config, kubeletConfig({ folder, address: network.nodeAddress, controlGroup, featureGates }));
  writeFileSync(join(folder, 'resolv.conf'), '');
  machine.start('kubelet', kubelet, [
    `--config=${config}`,
    `--kubeconfig=${cluster.kubeconfig(`system:node:${nodeName}`)}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${network.nodeAddress}`,
  ]);
  machine.start('kube-proxy', kubeProxy, [
    `--kubeconfig=${cluster.kubeconfig('system:kube-proxy')}`,
    `--hostname-override=${nodeName}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${network.pods}`,
    // These are settings of the whole computer, not of the node's network: they stay as they are.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ]);
  await waitUntil('the node to be ready', () => schedulable(cluster), { saw: machine.summary });
}

function kubeletConfig({
  folder,
  address,
  controlGroup,
  featureGates,
}: {
  folder: string;
  address: string;
  controlGroup: string;
  featureGates: Readonly<Record<string, boolean>>;
}): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${controlGroup}`,
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    enforceNodeAllocatable: [],
    // Disks of developers are full, and images that were imported cannot be pulled again.
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    failCgroupV1: false,
    failSwapOn: false,
    featureGates,
    resolvConf: join(folder, 'resolv.conf'),
    volumePluginDir: '/var/lib/kubelet/volume-plugins',
  });
}

async function schedulable(cluster: Connection): Promise<true | undefined> {
  const { body } = await cluster.request({ path: `/api/v1/nodes/${nodeName}` });
  return isReady(body) ? true : undefined;
}

type NodeObject = {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

function isReady(body: unknown): boolean {
  const { spec, status } = body as NodeObject;
  const ready = status?.conditions?.some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );
  return ready === true && (spec?.taints ?? []).length === 0;
}

function versionOf(cluster: Connection): KubernetesVersion | undefined {
  return kubernetesVersions.find((version) => minorOf(version) === minorOf(cluster.version));
}
