import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { controllerToken } from '../../kube/controller/rbac.ts';
import { type Installation, install } from '../../kube/installation.ts';
import type { WebhookProcess } from '../../kube/webhook-process.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import { type Signal, startProcess } from '../../support/control-plane/supervised-process.ts';
import { temporaryFolder } from '../../support/control-plane/temporary-folder.ts';
import { waitUntil } from '../../support/control-plane/wait-until.ts';

/** Rootlock as it is installed: a webhook and a controller, each a process of its own, under their own rights. */
export type Installed = {
  readonly installation: Installation;
  readonly webhook: WebhookProcess;
  readonly controller: ControllerProcess;
  readonly stop: () => Promise<void>;
};

export type ControllerProcess = {
  readonly log: () => string;
  readonly signal: (signal: Signal) => void;
  readonly stop: () => Promise<void>;
};

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

export async function installRootlock(
  cluster: Connection,
  env: Readonly<Record<string, string>> = {},
): Promise<Installed> {
  const installation = await install(cluster);
  const webhook = await installation.start({ env });
  const token = await controllerToken(cluster, installation.namespace);
  const controller = startController(cluster, { namespace: installation.namespace, token, env });
  await webhook.ready();
  await waitUntil(
    'the built-in catalog',
    async () => controller.log().includes('built-in catalog in place') || undefined,
    { seconds: 300, saw: controller.log },
  );
  return {
    installation,
    webhook,
    controller,
    stop: async () => {
      await controller.stop();
      await webhook.stop();
    },
  };
}

type ControllerStart = {
  readonly namespace: string;
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where it reaches the API server, if not directly. */
  readonly server?: string;
};

export function startController(
  cluster: Connection,
  { namespace, token, env, server }: ControllerStart,
): ControllerProcess {
  const folder = temporaryFolder('rootlock-controller-');
  const logFile = join(folder.path, 'controller.log');
  const started = startProcess({
    command: process.execPath,
    args: [CLI, 'controller'],
    logFile,
    graceSeconds: 30,
    env: {
      PATH: process.env.PATH ?? '',
      KUBECONFIG: cluster.kubeconfigFor({ token, ...(server !== undefined && { server }) }),
      ROOTLOCK_NAMESPACE: namespace,
      ROOTLOCK_HTTPS_HOST: '127.0.0.1',
      ROOTLOCK_PROBE_PORT: '0',
      ROOTLOCK_LOG_FORMAT: 'json',
      ...env,
    },
  });
  return {
    log: () => readFileSync(logFile, 'utf8'),
    signal: (signal) => started.signal(signal),
    stop: async () => {
      await started.stop();
      await folder.remove();
    },
  };
}
