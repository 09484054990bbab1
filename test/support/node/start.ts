import { findProgram } from '../control-plane/binaries.ts';
import type { Connection, ConnectionFacts } from '../control-plane/connection.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../control-plane/start.ts';
import { connectNode, firstImage, type Node, type NodeFacts } from './connection.ts';
import { startContainerRuntime } from './container-runtime.ts';
import { joinCluster } from './kubelet.ts';
import { type Machine, startMachine } from './machine.ts';
import { obstacles } from './requirements.ts';

export type Cluster = {
  readonly controlPlane: ControlPlane;
  readonly node: Node;
  /** What another process needs to `connect` and `connectNode`. */
  readonly facts: { readonly controlPlane: ConnectionFacts; readonly node: NodeFacts };
  /** Each program of the node with the end of its log. */
  summary(): string;
  /** Ends everything; rejects with what is left behind, should anything be. */
  stop(): Promise<void>;
};

/**
 * Starts a whole cluster of one node that runs real containers: control plane with controllers and scheduler,
 * containerd, kubelet, kube-proxy. Needs root on Linux, and says what else is missing.
 */
export async function startCluster(options: ControlPlaneOptions = {}): Promise<Cluster> {
  const found = obstacles();
  if (found.length > 0) throw new Error(`a node cannot run here:\n- ${found.join('\n- ')}`);
  const machine = await startMachine();
  let controlPlane: ControlPlane | undefined;
  const stop = async () => {
    await machine.stop();
    await controlPlane?.stop();
  };
  try {
    const { hostAddress, services } = machine.facts.network;
    controlPlane = await startControlPlane({
      ...options,
      address: hostAddress,
      serviceNetwork: services,
      nodeAuthorizer: true,
      controllers: true,
      scheduler: true,
    });
    const node = await startNode(machine, controlPlane, options.featureGates);
    const facts = { controlPlane: controlPlane.facts, node: node.facts };
    return { controlPlane, node, facts, summary: machine.summary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes a machine a node of a cluster whose API server it can reach. */
export async function startNode(
  machine: Machine,
  cluster: Connection,
  featureGates: Readonly<Record<string, boolean>> = {},
): Promise<Node> {
  await startContainerRuntime(machine);
  const facts = await firstImage(machine.facts, await findProgram('ctr'));
  await joinCluster(machine, cluster, featureGates);
  return connectNode(facts);
}
