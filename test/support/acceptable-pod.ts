import fc from 'fast-check';
import type { JsonObject } from '../../src/core/json.ts';

const IMAGES = [
  'nginx',
  'nginx:1.27',
  'docker.io/library/redis:7.2-alpine',
  'postgres:17',
  'registry.example.com:5000/team/app:v1_2',
  `quay.io/team/tool@sha256:${'ab'.repeat(32)}`,
  'ghcr.io/team/unknown:latest',
];
const PATHS = [
  '/tmp',
  '/tmp/',
  '/run',
  '/var/run',
  '/var//run/x',
  '/var/run/secrets/kubernetes.io/serviceaccount',
  '/var/cache/nginx',
  '/var/cache/../cache/redis',
  '/var/cache',
  '/var/cache/nginx/client_temp',
  '/data',
  '/data/deep/down',
  '/var/lib/postgresql/data',
  '/etc/app/conf.d',
  '/app',
  '/',
  'relative/path',
];
const NAMES = ['web', 'app', 'side-car', 'a', 'x'.repeat(63), 'rootlock-seed-web', '1'];
const VOLUMES = ['data', 'config', 'rootlock-web-tmp', 'rootlock-web-var-run', 'y'.repeat(63)];

/** There in one of so many. */
const optional = <T>(arbitrary: fc.Arbitrary<T>, of = 2): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 1, arbitrary }, { weight: of - 1, arbitrary: fc.constant(undefined) });

const securityContext = fc.record(
  {
    readOnlyRootFilesystem: fc.boolean(),
    privileged: fc.boolean(),
    runAsNonRoot: fc.boolean(),
    runAsUser: fc.nat(70_000),
    procMount: fc.constant('Default'),
    capabilities: fc.record({ add: fc.uniqueArray(fc.constantFrom('SYS_ADMIN', 'NET_ADMIN', 'ALL')) }),
    seccompProfile: fc.constant({ type: 'RuntimeDefault' }),
  },
  { requiredKeys: [] },
);

const volume: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject>(
  { emptyDir: {} },
  { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
  { configMap: { name: 'config' } },
  { hostPath: { path: '/var/lib' } },
  { nfs: { server: 'nfs.example.com', path: '/', readOnly: true } },
  { persistentVolumeClaim: { claimName: 'data' } },
  {
    projected: {
      sources: [{ downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
    },
  },
);

const annotations = fc.dictionary(
  fc.constantFrom(
    'rootlock.dev/hardened',
    'rootlock.dev/exempt',
    'rootlock.dev/exempt-containers',
    'rootlock.dev/writable-paths.web',
    'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
    'backup.velero.io/backup-volumes-excludes',
    'example.com/a.b',
  ),
  fc.oneof(fc.constantFrom('true', 'web,app', '/data,/var/lib/x', '/etc', 'relative', ''), fc.string()),
  { maxKeys: 3 },
);

/**
 * Pods that the API server mostly takes: names are unique, volumes are there. What it refuses now and then is left in
 * (mounts at odd places, twice at one path under two spellings): those it has to refuse with and without us.
 */
export const acceptablePod: fc.Arbitrary<JsonObject> = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 }),
    volumes: fc.uniqueArray(fc.tuple(fc.constantFrom(...VOLUMES), volume), {
      maxLength: 4,
      selector: ([name]) => name,
    }),
    annotations: optional(annotations),
    processes: fc.constantFrom({}, {}, { hostPID: true }, { shareProcessNamespace: true }),
    pod: fc.record(
      {
        securityContext: fc.record({ runAsUser: fc.nat(70_000), fsGroup: fc.nat(70_000) }),
        restartPolicy: fc.constantFrom('Always', 'Never', 'OnFailure'),
        os: fc.constant({ name: 'linux' }),
        nodeSelector: fc.constant({ 'kubernetes.io/os': 'linux' }),
        automountServiceAccountToken: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .chain(({ names, volumes, annotations: chosen, processes, pod }) =>
    fc
      .tuple(
        ...names.map((name) =>
          container(
            name,
            volumes.map(([volumeName]) => volumeName),
          ),
        ),
      )
      .chain((containers) =>
        fc.nat(names.length - 1).map((inits) => ({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { generateName: 'any-', ...(chosen && { annotations: chosen }) },
          spec: {
            ...pod,
            ...processes,
            volumes: volumes.map(([name, source]) => ({ name, ...source })),
            initContainers: containers.slice(0, inits),
            containers: containers.slice(inits).map(({ restartPolicy: _, ...each }) => each),
          },
        })),
      ),
  )
  // As it comes out of JSON.parse.
  .map((pod) => JSON.parse(JSON.stringify(pod)));

function container(name: string, volumes: readonly string[]) {
  const mount = fc.record({
    name: fc.constantFrom(...(volumes.length > 0 ? volumes : ['data'])),
    mountPath: fc.constantFrom(...PATHS),
    readOnly: optional(fc.boolean()),
    subPath: optional(fc.constant('sub'), 4),
    mountPropagation: optional(fc.constantFrom('HostToContainer', 'None', 'Bidirectional'), 40),
  });
  return fc.record({
    name: fc.constant(name),
    image: fc.constantFrom(...IMAGES),
    command: optional(fc.array(fc.constantFrom('/app/server', 'sh', '-c'), { maxLength: 3 })),
    workingDir: optional(fc.constantFrom('/app', '/data')),
    env: optional(
      fc.uniqueArray(fc.record({ name: fc.constantFrom('HOME', 'TMPDIR', 'X'), value: fc.string() }), {
        maxLength: 3,
        selector: (variable) => variable.name,
      }),
    ),
    volumeMounts: optional(
      fc.uniqueArray(mount, {
        maxLength: volumes.length > 0 ? 4 : 0,
        selector: ({ mountPath }) => mountPath,
      }),
    ),
    securityContext: optional(securityContext),
    resources: optional(fc.constant({ requests: { cpu: '10m' }, limits: { 'ephemeral-storage': '1Gi' } })),
    restartPolicy: optional(fc.constant('Always'), 4),
  });
}
