import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { isArray, isObject, type JsonObject, textOf } from '../../src/core/json.ts';
import type { Connection } from '../support/control-plane/connection.ts';

/** Rules of one component of Rootlock, as the chart gives them. */
export type Rights = {
  readonly cluster: readonly JsonObject[];
  readonly ownNamespace: readonly JsonObject[];
};

/** What the chart makes of its defaults, which a test holds it to: read here, Helm is not needed. */
const INSTALLED = parseAllDocuments(
  readFileSync(new URL('../../deploy/install.yaml', import.meta.url), 'utf8'),
)
  .map((document) => document.toJS())
  .filter(isObject);

/** The rights of a component, `webhook` or `controller`, where a release is called `rootlock`. */
export function rightsOf(component: string): Rights {
  const rules = (kind: string): readonly JsonObject[] => {
    const role = INSTALLED.find(
      (each) =>
        each.kind === kind && isObject(each.metadata) && each.metadata.name === `rootlock-${component}`,
    );
    if (role === undefined || !isArray(role.rules)) {
      throw new Error(`deploy/install.yaml has no ${kind} of the ${component}`);
    }
    return role.rules.filter(isObject);
  };
  return { cluster: rules('ClusterRole'), ownNamespace: rules('Role') };
}

/** The same rights, where what they name is called otherwise. */
export function renamed(rights: Rights, names: Readonly<Record<string, string>>): Rights {
  const rename = (rule: JsonObject): JsonObject =>
    isArray(rule.resourceNames)
      ? { ...rule, resourceNames: rule.resourceNames.map((name) => newName(textOf(name) ?? '', names)) }
      : rule;
  return { cluster: rights.cluster.map(rename), ownNamespace: rights.ownNamespace.map(rename) };
}

function newName(name: string, names: Readonly<Record<string, string>>): string {
  const found = names[name];
  if (found === undefined) throw new Error(`a rule of the chart names ${name}, which the tests do not know`);
  return found;
}

export type Account = { readonly namespace: string; readonly name: string };

export type Granting = {
  readonly account: Account;
  /** Of the roles and bindings: their names in the cluster. */
  readonly name: string;
  readonly rights: Rights;
};

/** Makes a service account with these rights; the answer is a token of it. */
export async function grant(cluster: Connection, { account, name, rights }: Granting): Promise<string> {
  const subjects = [{ kind: 'ServiceAccount', ...account }];
  const group = '/apis/rbac.authorization.k8s.io/v1';
  const own = `${group}/namespaces/${account.namespace}`;
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const metadata = { name };
  await create(cluster, `${group}/clusterroles`, { metadata, rules: rights.cluster });
  await create(cluster, `${group}/clusterrolebindings`, {
    metadata,
    roleRef: roleRef('ClusterRole'),
    subjects,
  });
  await create(cluster, `${own}/roles`, { metadata, rules: rights.ownNamespace });
  await create(cluster, `${own}/rolebindings`, { metadata, roleRef: roleRef('Role'), subjects });
  return cluster.serviceAccountToken(account.namespace, account.name);
}

/** Makes an object as admin, or fails saying why not. */
export async function create(cluster: Connection, path: string, body: unknown): Promise<unknown> {
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status === 201) return answer.body;
  throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}
