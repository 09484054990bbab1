import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ApiServerOptions,
  apiServerArguments,
  defaultServiceNetwork,
  writeApiServerFiles,
} from './api-server.ts';
import { findProgram } from './binaries.ts';
import { type Connection, type ConnectionFacts, connect } from './connection.ts';
import { freePort } from './ports.ts';
import { programGroup } from './program-group.ts';
import { serverVersion, untilReady } from './readiness.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { type KubernetesVersion, kubernetesVersion, minorOf } from './versions.ts';

export type ControlPlaneOptions = ApiServerOptions & {
  /** Otherwise what `TEST_KUBERNETES_VERSION` says. */
  readonly version?: KubernetesVersion;
  /** Runs kube-controller-manager too: Deployments get pods, namespaces end, service accounts appear. */
  readonly controllers?: boolean;
  /** Runs kube-scheduler too: pods are given to nodes, where there are any. */
  readonly scheduler?: boolean;
};

type ProgramName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

export type ControlPlane = Connection & {
  /** What another process needs to `connect`. */
  readonly facts: ConnectionFacts;
  /** Ends everything and removes all files. */
  stop(): Promise<void>;
  /** Ends the API server; etcd and the data stay. */
  stopApiServer(): Promise<void>;
  /** Starts it again, at the same address with the same certificate, and waits until it is ready. */
  startApiServer(): Promise<void>;
  restartApiServer(): Promise<void>;
  /** The API server answers nothing any more, and its connections stay open. */
  freezeApiServer(): void;
  thawApiServer(): void;
  stopEtcd(): Promise<void>;
  startEtcd(): void;
  restartEtcd(): Promise<void>;
  /** What a program has logged so far. */
  log(program: ProgramName): string;
  /** The requests recorded so far, where `auditLog` was asked for. */
  auditEvents(): readonly unknown[];
};

/** Starts a real kube-apiserver on a real etcd, and resolves when it is ready: a few seconds. Needs no root. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const version = options.version ?? kubernetesVersion();
  const etcd = await findProgram('etcd', version);
  const apiServer = await findProgram('kube-apiserver', version);
  const controllers = options.controllers && (await findProgram('kube-controller-manager', version));
  const scheduler = options.scheduler && (await findProgram('kube-scheduler', version));

  const temporary = temporaryFolder('rootlock-control-plane-');
  const folder = temporary.path;
  const programs = programGroup<ProgramName>(join(folder, 'logs'));
  const tokens = writeApiServerFiles(folder, options);
  const port = await freePort();
  const etcdUrls = { client: await loopbackUrl(), peer: await loopbackUrl() };
  const caFile = join(folder, 'apiserver.crt');
  const server = {
    url: `https://${options.address ?? '127.0.0.1'}:${port}`,
    caFile,
    token: tokens.admin ?? '',
  };

  const startEtcd = () => {
    programs.start('etcd', etcd, etcdArguments(folder, etcdUrls));
  };
  const startApiServer = async () => {
    const args = apiServerArguments({ folder, port, etcd: etcdUrls.client }, options);
    await untilReady(programs.start('kube-apiserver', apiServer, args), server);
  };
  const stop = async () => {
    await programs.stop('kube-scheduler');
    await programs.stop('kube-controller-manager');
    await programs.stop('kube-apiserver');
    await programs.stop('etcd');
    await temporary.remove();
  };

  try {
    startEtcd();
    await startApiServer();
    const facts: ConnectionFacts = {
      url: server.url,
      folder,
      caFile,
      version: versionAsAsked(await serverVersion(server), options.version),
      tokens,
      serviceAccounts: !options.admissionPlugins?.disable?.includes('ServiceAccount'),
    };
    const connection = connect(facts);
    if (facts.serviceAccounts) await connection.ensureServiceAccount('default', 'default');
    if (controllers) {
      const kubeconfig = connection.kubeconfig('system:kube-controller-manager');
      const args = controllerArguments({ folder, caFile, kubeconfig }, options);
      programs.start('kube-controller-manager', controllers, args);
    }
    if (scheduler) {
      const kubeconfig = connection.kubeconfig('system:kube-scheduler');
      programs.start('kube-scheduler', scheduler, [`--kubeconfig=${kubeconfig}`, ...alone]);
    }
    return {
      ...connection,
      facts,
      stop,
      startApiServer,
      stopApiServer: () => programs.stop('kube-apiserver'),
      restartApiServer: () => programs.stop('kube-apiserver').then(startApiServer),
      freezeApiServer: () => programs.signal('kube-apiserver', 'STOP'),
      thawApiServer: () => programs.signal('kube-apiserver', 'CONT'),
      startEtcd,
      stopEtcd: () => programs.stop('etcd'),
      restartEtcd: () => programs.stop('etcd').then(startEtcd),
      log: programs.log,
      auditEvents: () => readLines(join(folder, 'audit.log')).map((line) => JSON.parse(line)),
    };
  } catch (cause) {
    const summary = programs.summary();
    await stop();
    throw new Error(`starting a control plane:\n${summary}`, { cause });
  }
}

function etcdArguments(folder: string, { client, peer }: { client: string; peer: string }): string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

/** One of its kind, which nobody asks for metrics. */
const alone = ['--leader-elect=false', '--secure-port=0'];

function controllerArguments(
  { folder, caFile, kubeconfig }: { folder: string; caFile: string; kubeconfig: string },
  { serviceNetwork = defaultServiceNetwork }: ControlPlaneOptions,
): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(folder, 'sa.key')}`,
    `--root-ca-file=${caFile}`,
    `--service-cluster-ip-range=${serviceNetwork}`,
    `--flex-volume-plugin-dir=${join(folder, 'volume-plugins')}`,
    '--use-service-account-credentials=true',
    ...alone,
  ];
}

/** The environment may name binaries of another version than the tests ask for. */
function versionAsAsked(actual: string, asked: KubernetesVersion | undefined): string {
  const wanted = asked ?? (process.env.TEST_KUBERNETES_VERSION ? kubernetesVersion() : undefined);
  if (wanted === undefined || minorOf(wanted) === minorOf(actual)) return actual;
  throw new Error(`asked for Kubernetes ${wanted}, but the kube-apiserver that was found is ${actual}`);
}

async function loopbackUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/** Complete lines only: the last one may be half written. */
function readLines(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}
