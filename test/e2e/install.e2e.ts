import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Pod, V1PodList } from '@kubernetes/client-node';
import { parse, stringify } from 'yaml';
import { isArray, type JsonObject, textOf } from '../../src/core/json.ts';
import { CHART, RELEASE } from '../charts/helm.ts';
import { CLUSTER_WIDE, DEFINITIONS, SECRET } from '../charts/installation.ts';
import { valueAt } from '../charts/value-at.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { buildImage } from '../support/image/build.ts';
import { NGINX_IMAGE, NGINX_PAGE, nginxImage } from '../support/image/nginx.ts';
import { podLog, untilPod } from '../support/node/pods.ts';
import { cluster } from '../support/node/shared.ts';
import { describeMonitoring, MONITORED, serveMonitoringKinds } from './monitoring.ts';
import {
  ensureNamespace,
  helmInRelease,
  INSTALLED_MS,
  untilHardening,
  untilInstalled,
  useKubectl,
} from './release.ts';

const { controlPlane, node } = cluster();
const INSTALL = fileURLToPath(new URL('../../deploy/install.yaml', import.meta.url));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
/** Where the built-in profile has nginx write. */
const PATHS = pathsOf(readFileSync(new URL('../../builtin/nginx.yaml', import.meta.url), 'utf8'));
const READ_ONLY = { readOnlyRootFilesystem: true };

let shop: string;

/** Whoever had a cluster before us: what is not Helm's own it would not take over. */
beforeAll(async () => {
  await useKubectl('delete', 'customresourcedefinitions', '--ignore-not-found', ...DEFINITIONS);
  const [own, nginx] = await Promise.all([buildImage(), nginxImage()]);
  await node.importArchive(own.file);
  await node.importArchive(nginx);
  await ensureNamespace();
  await serveMonitoringKinds();
  shop = await controlPlane.freshNamespace();
}, 600_000);

/** Nothing of it is left for the tests of other files. */
afterAll(async () => {
  await helmInRelease('uninstall', RELEASE, '--ignore-not-found');
  await useKubectl('delete', '--ignore-not-found', '--filename', INSTALL);
}, 180_000);

describe('without Rootlock', () => {
  test('nginx serves its page, and may write wherever it likes', async () => {
    await deploy('plain', {});
    const pod = await untilServes('plain');
    expect(mountsOf(pod)).toEqual([]);
  });

  test('nginx with a read-only root and nothing else fails', async () => {
    await deploy('flag-only', { securityContext: READ_ONLY });
    const [pod] = await podsOf(shop, 'flag-only', 1);
    await untilPod(controlPlane, shop, nameOf(pod), ({ status }) => {
      const [main] = status?.containerStatuses ?? [];
      return main?.lastState?.terminated !== undefined || main?.state?.terminated !== undefined;
    });
    const failure = 'mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)';
    // Each run says so; one may have just begun.
    await waitUntil(failure, async () => {
      return (await podLog(controlPlane, shop, nameOf(pod))).includes(failure) || undefined;
    });
  });
});

describe('Rootlock, installed by its chart', () => {
  test(
    'runs two webhooks and two controllers in a restricted namespace, with a catalog',
    async () => {
      await helmInRelease('install', RELEASE, CHART, '--set', `image.pullPolicy=Never,${MONITORED}`);
      await untilInstalled();
    },
    INSTALLED_MS,
  );

  test('changes nothing before a namespace asks for it', async () => {
    await remake('plain');
    expect(mountsOf(await untilServes('plain'))).toEqual([]);
  });

  test.each(['plain', 'flag-only'])(
    'hardens the nginx called %s, which then serves its page',
    async (name) => {
      await labelled(shop, { 'rootlock.dev/mode': 'enforce' });
      await untilHardening(shop);
      await remake(name);
      const pod = await untilServes(name);
      expect(pod.spec?.containers[0]?.securityContext).toEqual(READ_ONLY);
      expect(mountsOf(pod)).toEqual(PATHS);
      expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(0);
    },
  );

  test('makes of the pod what README.md shows', async () => {
    const [pod] = await podsOf(shop, 'plain', 1);
    expect(README).toContain(shown(pod));
  });
});

describe('privileged: true undoes a read-only root', () => {
  /** It writes the value that is there. */
  const script =
    'exec 2>&1; value=$(cat /proc/sys/vm/swappiness); if echo $value > /proc/sys/vm/swappiness; then echo written; else echo refused; fi; sleep 3600';
  const pod = (name: string) => ({
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'main',
          image: node.busyboxImage,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', script],
          securityContext: { ...READ_ONLY, privileged: true },
        },
      ],
    },
  });
  const make = async (privileged: string) => {
    const namespace = await controlPlane.freshNamespace({
      'rootlock.dev/mode': 'enforce',
      'rootlock.dev/privileged': privileged,
    });
    await untilHardening(namespace);
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const answer = await controlPlane.request({ method: 'POST', path, body: pod('main') });
    return { namespace, answer };
  };
  const runs = async (namespace: string) => {
    const running = await untilPod(
      controlPlane,
      namespace,
      'main',
      ({ status }) => status?.phase === 'Running',
    );
    const log = await waitUntil('what it could do', async () => {
      const text = await podLog(controlPlane, namespace, 'main');
      return /^(written|refused)$/m.test(text) ? text : undefined;
    });
    return { privileged: running.spec?.containers[0]?.securityContext?.privileged, log };
  };

  test('the node is changed from inside, and the warning says so, where the namespace says warn', async () => {
    const { namespace, answer } = await make('warn');
    expect(answer.status).toBe(201);
    expect(String(answer.headers.warning)).toContain('privileged: true lets it remount its root writable');
    expect(await runs(namespace)).toEqual({ privileged: true, log: 'written\n' });
  });

  test('such a pod is refused, with a message that helps, where it says deny', async () => {
    const { answer } = await make('deny');
    expect(answer.status).toBe(403);
    const message = textOf(valueAt(answer.body, 'message')) ?? '';
    expect(message).toContain('privileged: true in main lets the container make its root writable');
    expect(message).toContain('Remove it, add only the capabilities that are needed');
  });

  test('the pod runs without, and cannot change the node, where it says remove', async () => {
    const { namespace, answer } = await make('remove');
    expect(answer.status).toBe(201);
    const { privileged, log } = await runs(namespace);
    expect(privileged).toBe(false);
    expect(log).toMatch(/\/proc\/sys\/vm\/swappiness: Read-only file system\nrefused\n$/);
  });
});

describe('what is installed for Prometheus', describeMonitoring);

describe('helm uninstall', () => {
  test('leaves no webhook behind, and everything running', async () => {
    const before = await podsOf(shop, 'plain', 1);
    await helmInRelease('uninstall', RELEASE, '--wait');
    for (const path of [...CLUSTER_WIDE, SECRET]) expect([path, await statusOf(path)]).toEqual([path, 404]);
    const after = await podsOf(shop, 'plain', 1);
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
    await untilServes('plain');
    await remake('plain');
    expect(mountsOf(await untilServes('plain'))).toEqual([]);
  });
});

describe('deploy/install.yaml', () => {
  test(
    'installs the same without Helm',
    async () => {
      await useKubectl('apply', '--server-side', '--filename', INSTALL);
      await untilInstalled();
      await untilHardening(shop);
      await remake('plain');
      expect(mountsOf(await untilServes('plain'))).toEqual(PATHS);
    },
    INSTALLED_MS,
  );
});

async function deploy(name: string, container: JsonObject): Promise<void> {
  const labels = { app: name };
  const containers = [{ name: 'nginx', image: NGINX_IMAGE, imagePullPolicy: 'Never', ...container }];
  await create(`/apis/apps/v1/namespaces/${shop}/deployments`, {
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers } },
    },
  });
}

/** Its pods go, and their owner makes new ones. */
async function remake(app: string): Promise<void> {
  const old = await podsOf(shop, app, 1);
  const path = `/api/v1/namespaces/${shop}/pods/${nameOf(old[0])}`;
  await controlPlane.request({ method: 'DELETE', path });
  await waitUntil('the old pod is gone', async () => (await statusOf(path)) === 404 || undefined);
}

/** The one pod of a Deployment, once it answers with its page. */
async function untilServes(app: string): Promise<V1Pod> {
  const [found] = await podsOf(shop, app, 1);
  const pod = await untilPod(controlPlane, shop, nameOf(found), ({ status }) => {
    return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  });
  const text = await waitUntil(`the page of ${app}`, async () =>
    fetch(`http://${pod.status?.podIP}/`).then(
      (answer) => answer.text(),
      () => undefined,
    ),
  );
  expect(text).toBe(NGINX_PAGE);
  return pod;
}

/** The pods of a Deployment that are not going, once there are so many. */
function podsOf(namespace: string, app: string, count: number): Promise<readonly V1Pod[]> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`;
  return waitUntil(`${count} pods of ${app}`, async () => {
    const { items } = (await controlPlane.request({ path })).body as V1PodList;
    const staying = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    return staying.length === count ? staying : undefined;
  });
}

function nameOf(pod: V1Pod | undefined): string {
  return pod?.metadata?.name ?? '';
}

/** Where a container's mounts are, but for the token that every pod gets. */
function mountsOf(pod: V1Pod): string[] {
  const mounts = pod.spec?.containers[0]?.volumeMounts ?? [];
  return mounts.map(({ mountPath }) => mountPath).filter((path) => !path.startsWith('/var/run/secrets/'));
}

function pathsOf(profile: string): unknown[] {
  const paths = valueAt(parse(profile), 'spec', 'paths');
  return isArray(paths) ? paths.map((each) => valueAt(each, 'path')) : [];
}

/** What README.md shows of a pod: the fields that Rootlock wrote. */
function shown(pod: V1Pod | undefined): string {
  const [container] = pod?.spec?.containers ?? [];
  const ours = ({ name }: { readonly name: string }) => name.startsWith('rootlock-');
  return stringify({
    spec: {
      containers: [
        {
          image: container?.image,
          name: container?.name,
          securityContext: container?.securityContext,
          volumeMounts: container?.volumeMounts
            ?.filter(ours)
            .map(({ mountPath, name }) => ({ mountPath, name })),
        },
      ],
      volumes: pod?.spec?.volumes?.filter(ours).map(({ name, emptyDir }) => ({ emptyDir, name })),
    },
  });
}

async function labelled(namespace: string, labels: JsonObject): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const contentType = 'application/merge-patch+json';
  const answer = await controlPlane.request({
    method: 'PATCH',
    path,
    contentType,
    body: { metadata: { labels } },
  });
  expect(answer.status).toBe(200);
}

async function create(path: string, body: JsonObject): Promise<void> {
  const answer = await controlPlane.request({ method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
}

async function statusOf(path: string): Promise<number> {
  return (await controlPlane.request({ path })).status;
}
