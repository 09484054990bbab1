import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { type KubernetesVersion, minorOf } from './versions.ts';

/** How a program is built: a package of a module, pinned with all it needs by a Go module of ours in `go/`. */
export type Source = {
  readonly folder: string;
  readonly package: string;
  readonly version: string;
  readonly linkerFlags: string;
};

const kubernetes = 'k8s.io/kubernetes';
const containerd = 'github.com/containerd/containerd/v2';

/** Every program that the tests run, by the name of its binary. */
const table = {
  'kube-apiserver': { module: kubernetes, path: 'cmd/kube-apiserver' },
  'kube-controller-manager': { module: kubernetes, path: 'cmd/kube-controller-manager' },
  'kube-scheduler': { module: kubernetes, path: 'cmd/kube-scheduler' },
  'kube-proxy': { module: kubernetes, path: 'cmd/kube-proxy' },
  kubelet: { module: kubernetes, path: 'cmd/kubelet' },
  kubectl: { module: kubernetes, path: 'cmd/kubectl' },
  etcd: { module: 'go.etcd.io/etcd/server/v3', path: '' },
  containerd: { module: containerd, path: 'cmd/containerd', folder: 'containerd' },
  'containerd-shim-runc-v2': {
    module: containerd,
    path: 'cmd/containerd-shim-runc-v2',
    folder: 'containerd',
  },
  ctr: { module: containerd, path: 'cmd/ctr', folder: 'containerd' },
  helm: { module: 'helm.sh/helm/v4', path: 'cmd/helm', folder: 'helm' },
} as const satisfies Record<string, { module: string; path: string; folder?: string }>;

export type Program = keyof typeof table;

/** How to build a program for a cluster of this version; containerd and Helm are the same for all of them. */
export function sourceOf(program: Program, kubernetesVersion: KubernetesVersion): Source {
  const entry: { module: string; path: string; folder?: string } = table[program];
  const folder = join(import.meta.dirname, 'go', entry.folder ?? minorOf(kubernetesVersion));
  const version = requiredVersion(join(folder, 'go.mod'), entry.module);
  return {
    folder,
    package: entry.path === '' ? entry.module : `${entry.module}/${entry.path}`,
    version,
    linkerFlags: entry.folder === undefined ? `-s -w ${versionFlags(folder)}` : '-s -w',
  };
}

/** The variable that names a program which is there already; users of envtest know it. */
export function assetVariable(program: Program): string {
  return `TEST_ASSET_${program.toUpperCase().replaceAll('-', '_')}`;
}

/** Where the built program is kept: outside the checkout, one folder per program, version and set of modules. */
export function cachedProgram(program: Program, { folder, version }: Source): string {
  return join(cacheFolder(), `${program}-${version}-${modulesHash(folder)}`, program);
}

/** Names the modules that programs are built from, with their versions. */
export function modulesName(folder: string): string {
  return `${basename(folder)}-${modulesHash(folder)}`;
}

function modulesHash(folder: string): string {
  const sums = readFileSync(join(folder, 'go.sum'));
  return createHash('sha256').update(sums).digest('hex').slice(0, 12);
}

export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rootlock-test');
}

function requiredVersion(goMod: string, module: string): string {
  for (const line of readFileSync(goMod, 'utf8').split('\n')) {
    const [name, version] = line
      .replace(/^require /, '')
      .trim()
      .split(' ');
    if (name === module && version?.startsWith('v')) return version;
  }
  throw new Error(`${goMod} does not require ${module}`);
}

/** Without these a Kubernetes program calls itself v0.0.0-master, and clients believe it. */
function versionFlags(folder: string): string {
  const version = requiredVersion(join(folder, 'go.mod'), kubernetes);
  const [major, minor] = version.slice(1).split('.');
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return Object.entries(values)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ');
}
