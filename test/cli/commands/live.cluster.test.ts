import { beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { CLUSTER_PROFILES, make, profileObject, profilesPath } from '../../kube/controller/objects.ts';
import { controlPlane, freshNamespace } from '../../support/control-plane/shared.ts';
import { installCrds } from '../../support/install-crds.ts';
import { runCli } from '../run-cli.ts';

const REPOSITORY = 'registry.example.com/live/app';
let namespace: string;
let kubeconfig: string;

/** A hardened pod of a Deployment, one beside it that the webhook did not see, and one of an image that nobody knows. */
beforeAll(async () => {
  const cluster = controlPlane();
  await installCrds(cluster);
  kubeconfig = cluster.kubeconfig();
  namespace = await freshNamespace({ 'rootlock.dev/mode': 'enforce' });
  const spec = {
    image: { repository: REPOSITORY },
    paths: [{ path: '/var/cache/app', description: 'pages that were rendered' }],
  };
  await make(cluster, profilesPath(namespace), profileObject('app', spec, { namespace }));
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  // Times are to the second, and what is of the same one counts as before the profile.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await make(cluster, pods, pod('web-5d8f7c9b64-a', 'missed'));
  await make(cluster, pods, pod('web-5d8f7c9b64-b', 'hardened'));
  await make(cluster, pods, pod('web-5d8f7c9b64-c', 'hardened'));
  await make(cluster, pods, {
    metadata: { name: 'alone' },
    spec: {
      containers: [
        {
          name: 'tool',
          image: 'registry.example.com/live/nobody-knows',
          securityContext: { privileged: true },
        },
      ],
    },
  });
});

function pod(name: string, how: 'missed' | 'hardened'): JsonObject {
  const hardened = how === 'hardened';
  const record = JSON.stringify({ app: { profiles: [`${namespace}/app@1`], paths: ['/var/cache/app'] } });
  return {
    metadata: {
      name,
      labels: { 'pod-template-hash': '5d8f7c9b64' },
      ...(hardened && { annotations: { 'rootlock.dev/hardened': record } }),
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web-5d8f7c9b64',
          uid: '00000000-0000-4000-8000-000000000001',
          controller: true,
        },
      ],
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: `${REPOSITORY}:1`,
          ...(hardened && {
            securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
            volumeMounts: [{ name: 'rootlock-app-var-cache-app', mountPath: '/var/cache/app' }],
          }),
        },
      ],
      ...(hardened && { volumes: [{ name: 'rootlock-app-var-cache-app', emptyDir: {} }] }),
    },
  };
}

function rootlock(...argv: readonly string[]) {
  return runCli([...argv, '--kubeconfig', kubeconfig]);
}

describe('scan', () => {
  test('tells of what runs in a namespace, alike pods together, in the words of the controller', async () => {
    const { exitCode, stdout, stderr } = await rootlock('scan', '-n', namespace);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      '  CONTAINER  PODS  VERDICT  REASON  FINDINGS',
      `Deployment ${namespace}/web`,
      '  app  1  writable  missed-admission  writable-root, privilege-escalation',
      '  app  2  immutable  -  none',
      `Pod ${namespace}/alone`,
      '  tool  1  writable  unknown-image  privileged, writable-root',
      '',
      expect.stringMatching(/^ {2}immutable {2}/),
      expect.stringMatching(/^ {2}writable {2}/),
      '  missed-admission  the pod was made without the webhook, which may have been away',
      expect.stringMatching(/^ {2}unknown-image {2}/),
      expect.stringMatching(/^ {2}privileged {2}/),
      expect.stringMatching(/^ {2}/),
      expect.stringMatching(/^ {2}/),
      '',
      '4 containers in 4 pods: 2 immutable, 2 writable',
      '',
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'note: the cluster has no built-in profiles: those of this program count\n',
    });
  });

  test('takes all namespaces, tells it as JSON, and fails on what it is told to', async () => {
    const { exitCode, stdout } = await rootlock('scan', '-A', '-o', 'json', '--fail-on', 'none');
    expect(exitCode).toBe(0);
    const { containers } = JSON.parse(stdout) as { containers: { workload: string }[] };
    expect(containers.filter(({ workload }) => workload.includes(namespace))).toMatchObject([
      { workload: `Deployment ${namespace}/web`, reason: 'missed-admission', verdict: 'writable' },
      { workload: `Deployment ${namespace}/web`, reason: '', pods: ['web-5d8f7c9b64-b', 'web-5d8f7c9b64-c'] },
      { workload: `Pod ${namespace}/alone`, reason: 'unknown-image' },
    ]);
  });
});

describe('explain', () => {
  test('tells what admission did to a pod, how it runs, and each path with its reason', async () => {
    const { exitCode, stdout } = await rootlock('explain', 'web-5d8f7c9b64-b', '-n', namespace);
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines[0]).toContain(`Pod ${namespace}/web-5d8f7c9b64-b, of Deployment web, made 20`);
    expect(lines).toEqual(
      expect.arrayContaining([
        `admission hardened app by ${namespace}/app@1, with volumes at /var/cache/app`,
        'app runs with a read-only root, as it would if it were made now',
        'If it were made now:',
        expect.stringContaining(`by profile ${namespace}/app@1 (a person's)`),
        expect.stringContaining('+ /var/cache/app  pages that were rendered'),
      ]),
    );
  });

  test('says of one that admission missed what it lacks and what to do', async () => {
    const { stdout } = await rootlock('explain', 'web-5d8f7c9b64-a', '-n', namespace);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('admission has hardened no container of it');
    expect(text).toContain(
      'missed-admission: app: the pod was made without the webhook, which may have been away; made now it would get a read-only root and volumes at /var/cache/app. Restart it: kubectl rollout restart deployment/web',
    );
  });

  test('prints the same as JSON', async () => {
    const { stdout } = await rootlock('explain', 'alone', '-n', namespace, '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'Pod',
      owner: { kind: 'Pod', name: 'alone' },
      running: [{ container: 'tool', reason: 'unknown-image', hardened: false }],
      madeNow: { outcome: 'left-alone', containers: [{ reason: 'unknown-image' }] },
    });
  });
});

describe('catalog', () => {
  test('lists and shows the profiles of a cluster', async () => {
    const cluster = controlPlane();
    const name = `live-${namespace}`;
    const spec = { image: { repository: `registry.example.com/${namespace}` }, paths: [{ path: '/data' }] };
    await make(cluster, CLUSTER_PROFILES, profileObject(name, spec));
    const listed = await rootlock('catalog', 'list', namespace, '--live', '-o', 'name');
    expect(listed.stdout).toContain(`${name}\n`);
    const shown = await rootlock('catalog', 'show', `${REPOSITORY}:1`, '--live', '-n', namespace);
    expect(shown.stdout).toContain(`profile ${namespace}/app@1 (a person's), for ${REPOSITORY}`);
    await cluster.request({ method: 'DELETE', path: `${CLUSTER_PROFILES}/${name}` });
  });
});

describe('where it cannot be done', () => {
  test.each([
    [['scan', '-n', 'no-such-namespace'], 'there is no namespace no-such-namespace'],
    [
      ['explain', 'no-such-pod', '-n', 'default'],
      'there is no pod no-such-pod in namespace default: see kubectl get pods',
    ],
    [['approve', 'nothing', '-n', 'default'], 'there is no WritablePathProfile nothing in namespace default'],
    [['promote', 'nothing', '-n', 'default'], 'there is no WritablePathProfile nothing in namespace default'],
  ])('%j says what is not there', async (argv, message) => {
    const { exitCode, stderr } = await rootlock(...argv);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error: ${message}`);
  });

  test.each([
    ['scan'],
    ['explain', 'alone'],
    ['approve', 'app'],
    ['promote', 'app'],
    ['catalog', 'list', '--live'],
  ])('%s names the right that is missing', async (...argv) => {
    const cluster = controlPlane();
    const token = await cluster.serviceAccountToken(namespace, 'nobody');
    const { exitCode, stderr, stdout } = await runCli([
      ...argv,
      ...(argv[0] === 'catalog' ? [] : ['-n', namespace]),
      '--kubeconfig',
      cluster.kubeconfigFor({ token }),
    ]);
    expect(stderr).toMatch(/you may not/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });

  test.each([
    ['scan'],
    ['explain', 'alone'],
    ['approve', 'app'],
    ['promote', 'app'],
    ['catalog', 'list', '--live'],
  ])('%s says that no API server answers, and what to check', async (...argv) => {
    const file = controlPlane().kubeconfigFor({ token: 'x', server: 'https://127.0.0.1:1' });
    const { exitCode, stderr } = await runCli([...argv, '--kubeconfig', file]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: the API server cannot be reached: .*127\.0\.0\.1:1.*check --kubeconfig and --context/,
    );
  });

  test.each([
    ['scan', '-A', '-f', 'x.yaml'],
    ['scan', '-o', 'sarif'],
    ['explain', 'alone', '-f', 'x.yaml'],
    ['explain'],
  ])('%s %s %s %s is wrong usage', async (...argv) => {
    expect((await rootlock(...argv)).exitCode).toBe(2);
  });
});
