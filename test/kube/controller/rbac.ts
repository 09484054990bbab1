import type { Connection } from '../../support/control-plane/connection.ts';
import { grant, rightsOf } from '../rights.ts';

/** Makes the controller's service account with exactly the rights that the chart gives it; the answer is a token of it. */
export function controllerToken(cluster: Connection, namespace: string): Promise<string> {
  const account = { name: 'rootlock-controller', namespace };
  return grant(cluster, {
    account,
    name: `rootlock-controller-${namespace}`,
    rights: rightsOf('controller'),
  });
}
