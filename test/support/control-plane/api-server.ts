import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A user that a control plane knows by a token. */
export type User = { readonly name: string; readonly groups?: readonly string[] };

export type ApiServerOptions = {
  /** Users besides `admin` and the parts of a cluster. */
  readonly users?: readonly User[];
  readonly admissionPlugins?: { readonly enable?: readonly string[]; readonly disable?: readonly string[] };
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** Writes every request to `audit.log`, at this level of detail. */
  readonly auditLog?: 'Metadata' | 'Request' | 'RequestResponse';
  /** Holds kubelets to their own node, as real clusters do; a node (see `../node`) needs it. */
  readonly nodeAuthorizer?: boolean;
  /** The address of this machine that the server listens on, for pods to reach it; otherwise loopback. */
  readonly address?: string;
  readonly serviceNetwork?: string;
  /** Further flags, which win over ours. */
  readonly extraArgs?: readonly string[];
};

/** Where Services get their addresses; the first one is the API server's, as pods see it. */
export const defaultServiceNetwork = '10.96.0.0/16';

export const clusterUsers: readonly User[] = [
  { name: 'admin', groups: ['system:masters'] },
  { name: 'system:kube-controller-manager' },
  { name: 'system:kube-scheduler' },
  { name: 'system:kube-proxy' },
  { name: 'system:node:node1', groups: ['system:nodes'] },
];

/** Writes the files that a new API server reads, and returns the token of each user. */
export function writeApiServerFiles(folder: string, options: ApiServerOptions): Record<string, string> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const tokens: Record<string, string> = {};
  const lines: string[] = [];
  for (const { name, groups = [] } of [...clusterUsers, ...(options.users ?? [])]) {
    const token = randomBytes(16).toString('hex');
    tokens[name] = token;
    lines.push(`${token},"${name}","${name}","${groups.join(',')}"\n`);
  }
  writeFileSync(join(folder, 'tokens.csv'), lines.join(''), { mode: 0o600 });
  if (options.auditLog !== undefined)
    writeFileSync(join(folder, 'audit-policy.json'), auditPolicy(options.auditLog));
  return tokens;
}

export function apiServerArguments(
  { folder, port, etcd }: { folder: string; port: number; etcd: string },
  options: ApiServerOptions,
): string[] {
  const { enable = [], disable = [] } = options.admissionPlugins ?? {};
  const gates = Object.entries(options.featureGates ?? {}).map(([gate, on]) => `${gate}=${on}`);
  return [
    `--etcd-servers=${etcd}`,
    `--secure-port=${port}`,
    ...(options.address === undefined
      ? [...listenOn('127.0.0.1'), '--endpoint-reconciler-type=none']
      : listenOn(options.address)),
    `--cert-dir=${folder}`,
    `--service-cluster-ip-range=${options.serviceNetwork ?? defaultServiceNetwork}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    `--authorization-mode=${options.nodeAuthorizer ? 'Node,RBAC' : 'RBAC'}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--allow-privileged=true',
    '--profiling=false',
    ...flag('enable-admission-plugins', [...enable, ...(options.nodeAuthorizer ? ['NodeRestriction'] : [])]),
    ...flag('disable-admission-plugins', disable),
    ...flag('feature-gates', gates),
    ...(options.auditLog === undefined
      ? []
      : [
          `--audit-policy-file=${join(folder, 'audit-policy.json')}`,
          `--audit-log-path=${join(folder, 'audit.log')}`,
        ]),
    ...(options.extraArgs ?? []),
  ];
}

function listenOn(address: string): string[] {
  return [`--bind-address=${address}`, `--advertise-address=${address}`];
}

function flag(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`--${name}=${values.join(',')}`];
}

function auditPolicy(level: string): string {
  return JSON.stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{ level }],
  });
}
