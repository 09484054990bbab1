import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../control-plane/binaries.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { Machine } from './machine.ts';
import { networkPluginFolder, programOnPath } from './requirements.ts';

/** The image that every node has; the container that holds a pod's network runs it too. */
export const busyboxImage = 'docker.io/rootlock.test/busybox:1';

/** Starts containerd on the machine, with runc and a network for pods. Resolves when it answers. */
export async function startContainerRuntime(machine: Machine): Promise<void> {
  const { folder, network } = machine.facts;
  const containerd = await findProgram('containerd');
  const shim = await findProgram('containerd-shim-runc-v2');
  const ctr = await findProgram('ctr');
  const networks = join(folder, 'networks');
  mkdirSync(networks);
  writeFileSync(join(networks, '10-pods.conflist'), podNetwork(network.pods));
  const config = join(folder, 'containerd.toml');
  writeFileSync(config, containerdConfig(networks));
  // A distribution's older shim fails each sandbox with `type with url … not found`: ours comes first.
  const path = [dirname(shim), dirname(programOnPath('runc')), process.env.PATH].join(':');
  machine.start('containerd', containerd, ['--config', config], { ...process.env, PATH: path });
  await waitUntil(
    'containerd',
    async () => ((await machine.run(ctr, ['version'])).status === 0 ? true : undefined),
    { saw: machine.summary },
  );
}

function containerdConfig(networks: string): string {
  return `version = 3

[plugins."io.containerd.internal.v1.opt"]
path = "/var/lib/containerd/opt"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "${busyboxImage}"

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["${networkPluginFolder()}"]
conf_dir = "${networks}"
`;
}

/**
 * Each pod has a cable to the node, which routes between them. With a bridge, what one pod sends to another by way
 * of a Service would come back past the node, and be lost, unless the kernel has br_netfilter.
 */
function podNetwork(subnet: string): string {
  const ipam = { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] };
  return JSON.stringify({
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [{ type: 'ptp', ipMasq: false, ipam }],
  });
}
