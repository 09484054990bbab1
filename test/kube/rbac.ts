import type { Connection } from '../support/control-plane/connection.ts';
import { grant, type Rights, renamed, rightsOf } from './rights.ts';

export { create } from './rights.ts';

export type Identity = {
  /** Of everything that belongs to one installation; the chart's fullname. */
  readonly name: string;
  readonly namespace: string;
};

/** What the webhook may do, and no more: the chart's rules, for an installation of that name. */
export function webhookRules({ name }: Pick<Identity, 'name'>): Rights {
  return renamed(rightsOf('webhook'), { rootlock: name, 'rootlock-webhook-tls': `${name}-webhook-tls` });
}

/** Makes the webhook's service account with its rights; the answer is a token of it. */
export function webhookToken(cluster: Connection, identity: Identity): Promise<string> {
  const name = `${identity.name}-webhook`;
  const account = { name, namespace: identity.namespace };
  return grant(cluster, { account, name, rights: webhookRules(identity) });
}
