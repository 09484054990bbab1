import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isArray, isObject } from '../../src/core/json.ts';
import { issueCertificates } from '../../src/http/self-signed.ts';
import { freePort } from '../../test/support/control-plane/ports.ts';
import { type ControlPlane, startControlPlane } from '../../test/support/control-plane/start.ts';
import { waitUntil } from '../../test/support/control-plane/wait-until.ts';
import { installCrds } from '../../test/support/install-crds.ts';
import { mutatingPolicy } from './mutating-policy.ts';
import { patchFor } from './patch.ts';
import { pidOf } from './process-cpu.ts';
import { profilesOf } from './profiles.ts';

/** What pods meet on their way, each in a namespace of its own in one cluster. */
export const VARIANTS = [
  'nothing',
  'bare webhook',
  'bare webhook, same patch',
  'Rootlock',
  'Rootlock, different pods',
  'native policy',
] as const;

export type Variant = (typeof VARIANTS)[number];

/** The names by which the API server counts its calls. */
export const WEBHOOKS: Readonly<Partial<Record<Variant, string>>> = {
  'bare webhook': 'bare.bench.example.com',
  'bare webhook, same patch': 'same-patch.bench.example.com',
  Rootlock: 'pods.rootlock.dev',
  'Rootlock, different pods': 'pods.rootlock.dev',
};

export type BenchCluster = {
  readonly controlPlane: ControlPlane;
  readonly namespaces: Readonly<Record<Variant, string>>;
  readonly apiServer: number;
  /** Process ids of the webhooks. */
  readonly webhooks: Readonly<Partial<Record<Variant, number>>>;
  readonly stop: () => Promise<void>;
};

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const LABEL = 'bench';
const NAMESPACE = 'rootlock-system';

/** Starts everything, and resolves once each variant does to a pod what it is to do. */
export async function startBenchCluster(profiles: number, pod: string): Promise<BenchCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'rootlock-bench-'));
  const controlPlane = await startControlPlane();
  const children: ChildProcess[] = [];
  const stop = async () => {
    for (const child of children) child.kill();
    await controlPlane.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    const hardened = { [LABEL]: 'rootlock', 'rootlock.dev/mode': 'enforce' };
    const namespaces = {
      nothing: await controlPlane.freshNamespace({ [LABEL]: 'nothing' }),
      'bare webhook': await controlPlane.freshNamespace({ [LABEL]: 'bare' }),
      'bare webhook, same patch': await controlPlane.freshNamespace({ [LABEL]: 'same-patch' }),
      Rootlock: await controlPlane.freshNamespace(hardened),
      'Rootlock, different pods': await controlPlane.freshNamespace(hardened),
      'native policy': await controlPlane.freshNamespace({ [LABEL]: 'policy' }),
    };
    const bare = await startBare(controlPlane, { folder, name: 'bare' });
    children.push(bare);
    const patch = patchFor(pod, profiles);
    const samePatch = await startBare(controlPlane, { folder, name: 'same-patch', patch });
    children.push(samePatch);
    const rootlock = await startRootlock(controlPlane, profiles);
    children.push(rootlock);
    const { policy, binding } = mutatingPolicy('bench', { [LABEL]: 'policy' });
    await apply(controlPlane, `${ADMISSION}/mutatingadmissionpolicies/bench`, policy);
    await apply(controlPlane, `${ADMISSION}/mutatingadmissionpolicybindings/bench`, binding);
    await untilHardened(controlPlane, namespaces.Rootlock, pod);
    await untilHardened(controlPlane, namespaces['bare webhook, same patch'], pod);
    await untilHardened(controlPlane, namespaces['native policy'], pod);
    return {
      controlPlane,
      namespaces,
      apiServer: pidOf('kube-apiserver', controlPlane.facts.folder),
      webhooks: {
        'bare webhook': pidWithin(bare),
        'bare webhook, same patch': pidWithin(samePatch),
        Rootlock: pidWithin(rootlock),
        'Rootlock, different pods': pidWithin(rootlock),
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Bare = { readonly folder: string; readonly name: string; readonly patch?: string };

async function startBare(controlPlane: ControlPlane, { folder, name, patch }: Bare): Promise<ChildProcess> {
  const { authority, serving } = await issueCertificates({
    names: ['127.0.0.1'],
    now: Date.now(),
    validDays: 1,
  });
  const file = (kind: string, text: string) => {
    const at = join(folder, `${name}.${kind}`);
    writeFileSync(at, text, { mode: 0o600 });
    return at;
  };
  const port = await freePort();
  const files = [file('crt', serving.certificate), file('key', serving.key)];
  if (patch !== undefined) files.push(file('patch', patch));
  const child = run([path('./bare.ts'), String(port), ...files], {});
  const caBundle = Buffer.from(authority.certificate).toString('base64');
  await apply(
    controlPlane,
    `${ADMISSION}/mutatingwebhookconfigurations/${name}`,
    configuration({
      name,
      webhook: `${name}.bench.example.com`,
      label: name,
      clientConfig: { url: `https://127.0.0.1:${port}/mutate`, caBundle },
    }),
  );
  return child;
}

async function startRootlock(controlPlane: ControlPlane, profiles: number): Promise<ChildProcess> {
  await installCrds(controlPlane);
  for (const profile of profilesOf(profiles)) {
    await create(controlPlane, '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles', profile);
  }
  await create(controlPlane, '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const port = await freePort();
  await apply(
    controlPlane,
    `${ADMISSION}/mutatingwebhookconfigurations/rootlock`,
    configuration({
      name: 'rootlock',
      webhook: 'pods.rootlock.dev',
      label: 'rootlock',
      clientConfig: { url: `https://127.0.0.1:${port}/mutate` },
    }),
  );
  return run([path('../../src/cli.ts'), 'webhook'], {
    KUBECONFIG: controlPlane.kubeconfig(),
    ROOTLOCK_HTTPS_HOST: '127.0.0.1',
    ROOTLOCK_HTTPS_PORT: String(port),
    ROOTLOCK_NAMESPACE: NAMESPACE,
    ROOTLOCK_MUTATING_CONFIGURATION: 'rootlock',
    ROOTLOCK_LOG_FORMAT: 'json',
  });
}

type Registered = {
  readonly name: string;
  readonly webhook: string;
  readonly label: string;
  readonly clientConfig: object;
};

/** Both webhooks are registered alike. */
function configuration({ name, webhook, label, clientConfig }: Registered): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: webhook,
        clientConfig,
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['pods'],
            scope: 'Namespaced',
          },
        ],
        namespaceSelector: { matchLabels: { [LABEL]: label } },
        matchConditions: [
          {
            name: 'not-a-mirror-of-a-static-pod',
            expression: "!('kubernetes.io/config.mirror' in object.metadata.?annotations.orValue({}))",
          },
        ],
        failurePolicy: 'Fail',
        timeoutSeconds: 3,
        matchPolicy: 'Equivalent',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        reinvocationPolicy: 'IfNeeded',
      },
    ],
  };
}

/** As in the image: without a log on a terminal, and with nothing else of our environment. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'ignore'], env });
}

function pidWithin({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('a webhook of the benchmark could not be started');
  return pid;
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

async function untilHardened(controlPlane: ControlPlane, namespace: string, pod: string): Promise<void> {
  let last = '';
  await waitUntil(
    `pods in ${namespace} are hardened`,
    async () => {
      const { body, text } = await controlPlane.request({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
        body: JSON.parse(pod),
      });
      last = text;
      return isHardened(body) || undefined;
    },
    { seconds: 60, saw: () => last },
  );
}

/** Each container has the flag, and two mounts more than it came with, the service account's aside. */
function isHardened(body: unknown): boolean {
  const spec = isObject(body) && isObject(body.spec) ? body.spec : {};
  const containers = [spec.initContainers, spec.containers].flatMap((list) => (isArray(list) ? list : []));
  return (
    containers.length === 3 &&
    containers.every((container) => {
      if (!isObject(container) || !isObject(container.securityContext)) return false;
      const mounts = isArray(container.volumeMounts) ? container.volumeMounts.length : 0;
      return container.securityContext.readOnlyRootFilesystem === true && mounts >= 4;
    })
  );
}

async function apply(controlPlane: ControlPlane, to: string, body: object): Promise<void> {
  const { status, text } = await controlPlane.request({
    method: 'PATCH',
    path: `${to}?fieldManager=bench`,
    contentType: 'application/apply-patch+yaml',
    body,
  });
  if (status !== 200 && status !== 201) throw new Error(`applying ${to}: ${status} ${text}`);
}

async function create(controlPlane: ControlPlane, to: string, body: object): Promise<void> {
  const { status, text } = await controlPlane.request({ method: 'POST', path: to, body });
  if (status !== 201) throw new Error(`POST ${to}: ${status} ${text}`);
}
