import fc from 'fast-check';

const PATHS = [
  '/tmp',
  '/tmp/',
  '/run',
  '/var/run',
  '/var//run/',
  '/var/run/secrets/kubernetes.io/serviceaccount',
  '/var/cache/nginx',
  '/var/cache/../cache/nginx',
  '/var/cache',
  '/var/cache/nginx/client_temp',
  '/data',
  '/data/deep/down',
  '/etc/app/conf.d',
  '/app',
  '/',
  'relative/path',
  'C:\\temp',
];

export const IMAGES = [
  'nginx',
  'nginx:1.27',
  'docker.io/library/redis:7.2-alpine',
  'registry.example.com:5000/team/app:v1_2',
  `quay.io/team/tool@sha256:${'ab'.repeat(32)}`,
  'ghcr.io/team/unknown:latest',
  'Not An Image',
  '',
];

const LABEL = fc.constantFrom(
  'web',
  'app',
  'side-car',
  'a',
  'x'.repeat(63),
  'rootlock-seed-web',
  'rootlock-web-tmp',
);
const ODD_KEY = fc.constantFrom(
  'a/b',
  'c~d',
  '~1',
  '~0/~1',
  '',
  'ünï',
  '__proto__',
  'constructor',
  'x-unknown',
);

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof(
    { weight: 4, arbitrary },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constant(undefined) },
  );
}

function plausiblePod(): fc.Arbitrary<unknown> {
  const volume = fc.record({
    name: fc.oneof(LABEL, fc.constantFrom('data', 'config')),
    emptyDir: fc.option(fc.constant({}), { nil: undefined, freq: 2 }),
    configMap: fc.option(fc.constant({ name: 'config' }), { nil: undefined, freq: 4 }),
    hostPath: fc.option(fc.constant({ path: '/var/lib' }), { nil: undefined, freq: 6 }),
    nfs: fc.option(fc.constant({ server: 's', path: '/', readOnly: true }), { nil: undefined, freq: 8 }),
  });
  const mount = fc.record({
    name: fc.oneof(LABEL, fc.constantFrom('data', 'config')),
    mountPath: fc.constantFrom(...PATHS),
    readOnly: fc.option(fc.boolean(), { nil: undefined }),
    subPath: fc.option(fc.constant('sub'), { nil: undefined, freq: 4 }),
    mountPropagation: fc.option(fc.constant('Bidirectional'), { nil: undefined, freq: 8 }),
  });
  const securityContext = fc.record(
    {
      readOnlyRootFilesystem: maybe(fc.boolean()),
      privileged: maybe(fc.boolean()),
      allowPrivilegeEscalation: maybe(fc.boolean()),
      runAsNonRoot: maybe(fc.boolean()),
      runAsUser: maybe(fc.nat(70_000)),
      capabilities: maybe(
        fc.record({ add: maybe(fc.array(fc.constantFrom('SYS_ADMIN', 'CAP_NET_ADMIN', 'all'))) }),
      ),
      seLinuxOptions: maybe(fc.constant({ 'x/unknown': 1 })),
    },
    { requiredKeys: [] },
  );
  const container = fc.record({
    name: LABEL,
    image: maybe(fc.constantFrom(...IMAGES)),
    imagePullPolicy: maybe(fc.constant('Always')),
    command: maybe(fc.array(fc.constantFrom('/app/server', 'sh', '/bin/sh', '-c'), { maxLength: 3 })),
    workingDir: maybe(fc.constantFrom('/app', '/data', '/')),
    env: maybe(
      fc.array(fc.record({ name: fc.constantFrom('HOME', 'TMPDIR', 'X'), value: fc.string() }), {
        maxLength: 3,
      }),
    ),
    volumeMounts: maybe(fc.array(mount, { maxLength: 5 })),
    volumeDevices: maybe(
      fc.array(fc.record({ name: LABEL, devicePath: fc.constantFrom('/dev/xvda', '/data') }), {
        maxLength: 1,
      }),
    ),
    securityContext: maybe(securityContext),
    resources: maybe(fc.constant({ limits: { cpu: '1', 'example.com/gpu': 1 }, requests: null })),
    restartPolicy: fc.option(fc.constant('Always'), { nil: undefined, freq: 4 }),
    unknownField: maybe(fc.dictionary(ODD_KEY, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 })),
  });
  const containers = (size: { minLength?: number; maxLength: number }) =>
    fc.uniqueArray(container, { ...size, selector: ({ name }) => name });
  const annotations = fc.dictionary(
    fc.oneof(
      ODD_KEY,
      fc.constantFrom(
        'rootlock.dev/hardened',
        'rootlock.dev/exempt',
        'rootlock.dev/exempt-containers',
        'rootlock.dev/writable-paths.web',
        'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
        'backup.velero.io/backup-volumes-excludes',
        'kubernetes.io/config.mirror',
      ),
    ),
    fc.oneof(fc.constantFrom('true', 'web,app', '/data,/var/lib/x', '/etc', 'relative', ''), fc.string()),
    { maxKeys: 3 },
  );
  const spec = fc.record({
    containers: maybe(containers({ minLength: 1, maxLength: 3 })),
    initContainers: maybe(containers({ maxLength: 2 })),
    ephemeralContainers: maybe(containers({ maxLength: 1 })),
    volumes: maybe(fc.array(volume, { maxLength: 4 })),
    securityContext: maybe(securityContext),
    hostPID: maybe(fc.boolean()),
    os: fc.option(fc.constantFrom({ name: 'linux' }, { name: 'windows' }), { nil: undefined, freq: 8 }),
    nodeSelector: fc.option(fc.constantFrom({ 'kubernetes.io/os': 'linux' }, null), {
      nil: undefined,
      freq: 8,
    }),
    unknownField: maybe(fc.jsonValue({ maxDepth: 2 })),
  });
  return fc
    .record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('Pod'),
      metadata: maybe(
        fc.record({ name: maybe(LABEL), annotations: maybe(annotations), labels: maybe(annotations) }),
      ),
      spec,
      status: maybe(fc.jsonValue({ maxDepth: 1 })),
    })
    .map(asJson);
}

/** As it comes out of JSON.parse: no undefined, `__proto__` an ordinary key. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** A pod with one value, anywhere in it, replaced by one of another type. */
function withOneFieldBroken(pod: unknown): fc.Arbitrary<unknown> {
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  collect(pod, places);
  return fc
    .tuple(
      fc.nat(Math.max(0, places.length - 1)),
      fc.constantFrom<unknown>(7, 'text', [], {}, [null], false, ['x'], [[]]),
    )
    .map(([at, value]) => {
      const copy: unknown = JSON.parse(JSON.stringify(pod));
      const copies: typeof places = [];
      collect(copy, copies);
      const place = copies[at];
      if (place) place.holder[place.key] = value;
      return copy;
    });
}

function collect(value: unknown, places: { holder: Record<string, unknown>; key: string }[]): void {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    if (key !== '__proto__') places.push({ holder, key });
    collect(holder[key], places);
  }
}

/** Pods as the API server might send them and as it never would: null fields, missing lists, twins, odd keys. */
export const anyPod: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: plausiblePod() },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: plausiblePod().chain(withOneFieldBroken) },
);
