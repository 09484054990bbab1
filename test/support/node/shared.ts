import { type Connection, connect } from '../control-plane/connection.ts';
import { connectNode, type Node } from './connection.ts';
import type { Cluster } from './start.ts';

/** Names the variable by which the one cluster of a jest run reaches jest's workers. */
const variable = 'ROOTLOCK_TEST_CLUSTER';

/** The cluster with one real node that all end-to-end tests of this run share. */
export function cluster(): { readonly controlPlane: Connection; readonly node: Node } {
  const text = process.env[variable];
  if (text === undefined)
    throw new Error('no shared cluster: it runs for the tests of the jest project "e2e" only');
  const facts: Cluster['facts'] = JSON.parse(text);
  return { controlPlane: connect(facts.controlPlane), node: connectNode(facts.node) };
}

/** For what starts the cluster: processes forked from now on see it. */
export function shareCluster(facts: Cluster['facts']): void {
  process.env[variable] = JSON.stringify(facts);
}
