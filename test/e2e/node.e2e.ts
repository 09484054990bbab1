import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Container, V1PodList } from '@kubernetes/client-node';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { createPod, podLog, runToEnd, untilPod } from '../support/node/pods.ts';
import { cluster } from '../support/node/shared.ts';

const { controlPlane, node } = cluster();
/** An image that ships a file, and declares the folder above it as a volume. */
const shipping = 'docker.io/rootlock.test/shipping:1';

let namespace: string;
beforeAll(async () => {
  namespace = await controlPlane.freshNamespace();
  const folder = await mkdtemp(join(tmpdir(), 'rootlock-image-'));
  await mkdir(join(folder, 'srv'));
  await writeFile(join(folder, 'srv/shipped'), 'shipped\n');
  await node.makeImage({ name: shipping, folder, config: { Volumes: { '/srv': {} } } });
  await rm(folder, { recursive: true });
});

const cannotWrite = "mkdir: can't create directory '/var/cache/': Read-only file system\n";
const readOnly = { readOnlyRootFilesystem: true };

function busybox(script: string): Omit<V1Container, 'name'> {
  return { image: node.busyboxImage, imagePullPolicy: 'Never', command: ['sh', '-c', script] };
}

describe('a real node', () => {
  test('runs the pods of a Deployment, and their logs are read through the API server', async () => {
    const labels = { app: 'hello' };
    const containers = [{ name: 'main', ...busybox('echo hello from $HOSTNAME; sleep 3600') }];
    const template = { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 0 } };
    await create('/apis/apps/v1', 'deployments', {
      metadata: { name: 'hello' },
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    });
    const names = await waitUntil('two pods that run', () => running('app=hello', 2));
    for (const name of names) {
      // It runs a moment before it has said anything.
      const log = await waitUntil(
        'its log',
        async () => (await podLog(controlPlane, namespace, name)) || undefined,
      );
      expect(log).toBe(`hello from ${name}\n`);
    }
  });

  test('leads a Service to its pods, from another pod and from this computer', async () => {
    const labels = { app: 'web' };
    const container = { name: 'main', ...busybox('echo served > /tmp/index.html; httpd -f -p 8080 -h /tmp') };
    await createPod(controlPlane, namespace, { name: 'web', labels, spec: { containers: [container] } });
    const ports = [{ port: 80, targetPort: 8080 }];
    const service = await create('/api/v1', 'services', {
      metadata: { name: 'web' },
      spec: { selector: labels, ports },
    });
    const { clusterIP } = (service as { spec: { clusterIP: string } }).spec;
    // With nc: the static busybox's wget crashes in the C library's resolver, depending on the machine.
    const get = `printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${clusterIP} 80`;
    const asked = `until ${get} | grep '^served$'; do sleep 0.2; done`;
    expect(await runToEnd(controlPlane, namespace, busybox(asked))).toEqual({ exitCode: 0, log: 'served\n' });
    const answer = await fetch(`http://${clusterIP}`);
    expect(await answer.text()).toBe('served\n');
  });

  test('lets a pod reach the API server with its service account', async () => {
    const asked =
      'nc -w 5 $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT </dev/null && ls /var/run/secrets/kubernetes.io/serviceaccount';
    const { exitCode, log } = await runToEnd(controlPlane, namespace, busybox(asked));
    expect({ exitCode, files: log.split('\n') }).toEqual({
      exitCode: 0,
      files: ['ca.crt', 'namespace', 'token', ''],
    });
  });
});

describe('a container with a read-only root', () => {
  test('cannot write, and says so in its log', async () => {
    const container = { ...busybox('mkdir -p /var/cache/nginx/x'), securityContext: readOnly };
    const ended = await runToEnd(controlPlane, namespace, container);
    expect(ended).toEqual({ exitCode: 1, log: cannotWrite });
  });

  test('leaves the log of the run before, when it was started again', async () => {
    const script = 'if [ -e /state/x ]; then sleep 3600; fi; touch /state/x; mkdir -p /var/cache/nginx/x';
    const volumeMounts = [{ name: 'state', mountPath: '/state' }];
    const container = { name: 'main', ...busybox(script), securityContext: readOnly, volumeMounts };
    const spec = { containers: [container], volumes: [{ name: 'state', emptyDir: {} }] };
    await createPod(controlPlane, namespace, { name: 'again', spec });
    const pod = await untilPod(controlPlane, namespace, 'again', ({ status }) => {
      const main = status?.containerStatuses?.[0];
      return main?.restartCount === 1 && main.state?.running !== undefined;
    });
    expect(pod.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(1);
    expect(await podLog(controlPlane, namespace, 'again', { previous: true })).toBe(cannotWrite);
  });

  test('can write where its image declares a volume, which keeps what the image ships', async () => {
    const container = { ...busybox('cat /srv/shipped; touch /srv/new && ls /srv'), image: shipping };
    const ended = await runToEnd(controlPlane, namespace, { ...container, securityContext: readOnly });
    expect(ended).toEqual({ exitCode: 0, log: 'shipped\nnew\nshipped\n' });
  });

  test('can write to an emptyDir, which is open to everyone and has no sticky bit', async () => {
    const container = { ...busybox('touch /cache/x && stat -c %a /cache'), securityContext: readOnly };
    const volumeMounts = [{ name: 'cache', mountPath: '/cache' }];
    const volumes = [{ name: 'cache', emptyDir: {} }];
    const ended = await runToEnd(controlPlane, namespace, { ...container, volumeMounts }, { volumes });
    expect(ended).toEqual({ exitCode: 0, log: '777\n' });
  });
});

test('an image volume shows the files of another image, read-only', async () => {
  const volumes = [{ name: 'other', image: { reference: shipping, pullPolicy: 'Never' } }];
  const container = busybox('cat /other/srv/shipped; touch /other/new 2>&1');
  const volumeMounts = [{ name: 'other', mountPath: '/other' }];
  const ended = await runToEnd(controlPlane, namespace, { ...container, volumeMounts }, { volumes });
  expect(ended).toEqual({ exitCode: 1, log: 'shipped\ntouch: /other/new: Read-only file system\n' });
});

test("what a container writes is in an overlay's upper directory, which the node can see", async () => {
  const container = { name: 'main', ...busybox('echo x > /written-here; sleep 3600') };
  const spec = { containers: [container], terminationGracePeriodSeconds: 0 };
  await createPod(controlPlane, namespace, { name: 'writing', spec });
  const find = "for dir in $(grep -o 'upperdir=[^,]*' /proc/mounts | cut -d= -f2); do ls $dir; done";
  await waitUntil('the file in an upper directory', async () => {
    const { stdout } = await node.run('sh', ['-c', find]);
    return stdout.includes('written-here') ? true : undefined;
  });
});

async function create(group: string, resource: string, body: object): Promise<unknown> {
  const path = `${group}/namespaces/${namespace}/${resource}`;
  const answer = await controlPlane.request({ method: 'POST', path, body });
  expect(answer.status).toBe(201);
  return answer.body;
}

/** The names of the pods with a label, once there are so many and all run. */
async function running(label: string, count: number): Promise<string[] | undefined> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${label}`;
  const { items } = (await controlPlane.request({ path })).body as V1PodList;
  const names = items
    .filter(({ status }) => status?.phase === 'Running')
    .map(({ metadata }) => metadata?.name ?? '');
  return names.length === count ? names : undefined;
}
