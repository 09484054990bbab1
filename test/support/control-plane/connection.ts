import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Agent } from 'node:https';
import { join } from 'node:path';
import { type ApiRequest, type ApiResponse, sendRequest } from './request.ts';

/** What another process has to know to talk to a running control plane: plain JSON. */
export type ConnectionFacts = {
  readonly url: string;
  /** The folder of the control plane's files: kubeconfigs are written there. */
  readonly folder: string;
  /** The server's self-signed certificate, which is its own authority. */
  readonly caFile: string;
  /** What the server says its version is, for example `v1.37.2`. */
  readonly version: string;
  /** Token by user name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Whether pods need a ServiceAccount. */
  readonly serviceAccounts: boolean;
};

export type Connection = ConnectionFacts & {
  /** The certificate authority, PEM. */
  readonly ca: string;
  /** Of the user `admin`, in the group system:masters. */
  readonly adminToken: string;
  /** The token of a user that the control plane was started with. */
  token(user: string): string;
  /** A kubeconfig file for such a user. */
  kubeconfig(user?: string): string;
  /** A kubeconfig file for any token, for example a service account's; `server` where it is not the real one. */
  kubeconfigFor(identity: { readonly token: string; readonly server?: string }): string;
  /** A real token of a service account, by the TokenRequest API; the account is made where it is missing. */
  serviceAccountToken(namespace: string, name: string): Promise<string>;
  /** Makes a service account where it is missing. */
  ensureServiceAccount(namespace: string, name: string): Promise<void>;
  /** One request, as admin unless it names another token; answered with whatever status the server gave. */
  request(sent: Omit<ApiRequest, 'token'> & { readonly token?: string }): Promise<ApiResponse>;
  /** Makes a namespace with a name of its own, in which pods can be created, and returns the name. */
  freshNamespace(labels?: Readonly<Record<string, string>>): Promise<string>;
};

/** The calls that tests make against a control plane, whichever process started it; over kept connections by an agent. */
export function connect(facts: ConnectionFacts, agent?: Agent): Connection {
  const ca = readFileSync(facts.caFile, 'utf8');
  const token = (user: string): string => {
    const found = facts.tokens[user];
    if (found !== undefined) return found;
    throw new Error(`no user "${user}": the control plane knows ${Object.keys(facts.tokens).join(', ')}`);
  };
  const adminToken = token('admin');
  const request: Connection['request'] = (sent) =>
    sendRequest({ url: facts.url, ca }, { token: adminToken, ...(agent && { agent }), ...sent });
  const kubeconfigFor: Connection['kubeconfigFor'] = (identity) => {
    const file = join(facts.folder, `kubeconfig-${randomBytes(6).toString('hex')}`);
    writeFileSync(file, kubeconfigText({ server: facts.url, ...identity, ca }), { mode: 0o600 });
    return file;
  };
  return {
    ...facts,
    ca,
    adminToken,
    token,
    kubeconfig: (user = 'admin') => kubeconfigFor({ token: token(user) }),
    kubeconfigFor,
    serviceAccountToken: (namespace, name) => serviceAccountToken(request, namespace, name),
    ensureServiceAccount: (namespace, name) => ensureServiceAccount(request, namespace, name),
    request,
    freshNamespace: async (labels = {}) => {
      const name = `test-${randomBytes(5).toString('hex')}`;
      await create(request, '/api/v1/namespaces', { metadata: { name, labels } });
      if (facts.serviceAccounts) await ensureServiceAccount(request, name, 'default');
      return name;
    },
  };
}

type Send = Connection['request'];

async function serviceAccountToken(send: Send, namespace: string, name: string): Promise<string> {
  await ensureServiceAccount(send, namespace, name);
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = await create(send, path, { spec: { expirationSeconds: 3600 } });
  const token = readToken(body);
  if (token === undefined) throw new Error(`POST ${path} answered without a token`);
  return token;
}

async function ensureServiceAccount(send: Send, namespace: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const answer = await send({ method: 'POST', path, body: { metadata: { name } } });
  if (answer.status === 201 || answer.status === 409) return;
  throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}

async function create(send: Send, path: string, body: unknown): Promise<unknown> {
  const answer = await send({ method: 'POST', path, body });
  if (answer.status === 201) return answer.body;
  throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}

function readToken(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('status' in body)) return undefined;
  const { status } = body;
  if (typeof status !== 'object' || status === null || !('token' in status)) return undefined;
  return typeof status.token === 'string' ? status.token : undefined;
}

/** JSON is YAML too, so that no text has to be escaped. */
function kubeconfigText({ server, token, ca }: { server: string; token: string; ca: string }): string {
  const name = 'test';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}
