import { describe, expect, test } from '@jest/globals';
import { mountPlan, type WantedPath } from '../../../src/core/admission/mount-plan.ts';
import type { RuntimeFacts } from '../../../src/core/admission/world.ts';
import type { ImageFacts, Profile } from '../../../src/core/catalog/profile.ts';
import type { ContainerPath } from '../../../src/core/container-path.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { readPod } from '../../../src/core/pod/read-pod.ts';

type Case = {
  readonly container?: JsonObject;
  readonly volumes?: readonly JsonObject[];
  readonly paths: readonly (string | (Partial<Omit<WantedPath, 'path'>> & { path: string }))[];
  readonly facts?: Partial<ImageFacts>;
  readonly runtime?: Partial<RuntimeFacts>;
  readonly dataPaths?: 'mount' | 'ask';
  readonly rootForbidden?: boolean;
};

describe('mountPlan', () => {
  test.each<Case & { that: string; mounts: string[]; not?: Record<string, string> }>([
    {
      that: 'mounts what nothing covers',
      paths: ['/var/cache/nginx', '/var/run'],
      mounts: ['/var/cache/nginx', '/var/run'],
    },
    {
      that: 'leaves a path alone where the pod mounts a writable volume',
      container: mounting('/data'),
      paths: ['/data'],
      mounts: [],
      not: { '/data': 'already-mounted' },
    },
    {
      that: 'knows a mount through the other spelling of /var/run',
      container: mounting('/run'),
      paths: ['/var/run'],
      mounts: [],
      not: { '/var/run': 'already-mounted' },
    },
    {
      that: 'knows a mount written with doubled and trailing slashes',
      container: mounting('//var//cache/nginx/'),
      paths: ['/var/cache/nginx'],
      mounts: [],
      not: { '/var/cache/nginx': 'already-mounted' },
    },
    {
      that: 'tells /var/run and /run apart where the image has no link',
      container: mounting('/run'),
      paths: ['/var/run'],
      facts: { separateVarRun: true },
      mounts: ['/var/run'],
    },
    {
      that: 'reports a read-only mount at the path and mounts nothing',
      container: mounting('/etc/app', { readOnly: true }),
      paths: ['/etc/app'],
      mounts: [],
      not: { '/etc/app': 'read-only-mount' },
    },
    {
      that: 'counts a configMap as read-only whatever the mount says',
      container: mounting('/etc/app'),
      volumes: [{ name: 'v', configMap: { name: 'c' } }],
      paths: ['/etc/app'],
      mounts: [],
      not: { '/etc/app': 'read-only-mount' },
    },
    {
      that: 'counts a claim that is read-only at its source',
      container: mounting('/data'),
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c', readOnly: true } }],
      paths: ['/data/tmp'],
      mounts: [],
      not: { '/data/tmp': 'within-read-only-mount' },
    },
    {
      that: 'takes a writable mount above the path as enough',
      container: mounting('/var/lib'),
      paths: ['/var/lib/app'],
      mounts: [],
      not: { '/var/lib/app': 'within-mount' },
    },
    {
      that: 'goes by the innermost mount above the path',
      container: { volumeMounts: [mount('/var/lib'), mount('/var/lib/app', { readOnly: true })] },
      paths: ['/var/lib/app/cache'],
      mounts: [],
      not: { '/var/lib/app/cache': 'within-read-only-mount' },
    },
    {
      that: 'mounts above a mount of the pod, which stays on top',
      container: mounting('/etc/app/conf.d'),
      volumes: [{ name: 'v', configMap: { name: 'c' } }],
      paths: ['/etc/app'],
      mounts: ['/etc/app'],
    },
    {
      that: 'mounts /var/run above the token of the service account',
      container: mounting('/var/run/secrets/kubernetes.io/serviceaccount', { readOnly: true }),
      volumes: [{ name: 'v', projected: { sources: [] } }],
      paths: ['/var/run'],
      mounts: ['/var/run'],
    },
    {
      that: 'judges a subPath mount by its path',
      container: mounting('/data', { subPath: 'x' }),
      paths: ['/data'],
      mounts: [],
      not: { '/data': 'already-mounted' },
    },
    {
      that: 'leaves the path of a block device alone',
      container: { volumeDevices: [{ name: 'v', devicePath: '/data' }] },
      paths: ['/data'],
      mounts: [],
      not: { '/data': 'already-mounted' },
    },
    {
      that: 'mounts a parent instead of its child',
      paths: ['/var/cache/app', '/var/cache'],
      mounts: ['/var/cache'],
      not: { '/var/cache/app': 'within-wanted-path' },
    },
    {
      that: 'mounts parent and child where their attributes differ',
      paths: ['/var/lib/app', { path: '/var/lib/app/tmp', medium: 'Memory' }],
      mounts: ['/var/lib/app', '/var/lib/app/tmp'],
    },
    {
      that: 'mounts a path that an unlike one hides from the parent it is like',
      paths: ['/app', { path: '/app/var', medium: 'Memory' }, '/app/var/data'],
      mounts: ['/app', '/app/var', '/app/var/data'],
    },
    {
      that: 'leaves /dev/shm to the runtime',
      paths: ['/dev/shm'],
      mounts: [],
      not: { '/dev/shm': 'runtime-writable' },
    },
    ...['/', '/bin', '/usr', '/usr/local/bin', '/lib64', '/etc', '/proc/sys', '/sys'].map((path) => ({
      that: `never mounts over ${path}`,
      paths: [path],
      mounts: [],
      not: { [path]: 'blocked' },
    })),
    {
      that: 'does not hide the program that the container runs',
      container: { command: ['/app/bin/server'] },
      paths: ['/app'],
      mounts: [],
      not: { '/app': 'blocked' },
    },
    {
      that: 'does not hide a program by the other spelling of its directory',
      container: { command: ['/var/run/app/server'] },
      paths: ['/run'],
      mounts: [],
      not: { '/run': 'blocked' },
    },
    {
      that: 'knows a program that a mount holds by the other spelling of its directory',
      container: { command: ['/var/run/app/server'], ...mounting('/run/app') },
      paths: ['/run'],
      mounts: ['/run'],
    },
    {
      that: 'mounts above the program where its files are copied in',
      container: { command: ['/app/bin/server'] },
      paths: [{ path: '/app', content: 'Copy' as const }],
      mounts: ['/app own-image'],
    },
    {
      that: 'mounts above a program that a mount of the pod holds',
      container: { command: ['/app/bin/server'], ...mounting('/app/bin') },
      paths: ['/app'],
      mounts: ['/app'],
    },
    {
      that: 'does not hide the directory that the container works in',
      container: { workingDir: '/srv/app' },
      paths: ['/srv'],
      mounts: [],
      not: { '/srv': 'blocked' },
    },
    {
      that: 'does not hide the directory that it works in by another spelling',
      container: { workingDir: '/run/lock/app' },
      paths: ['/var/lock'],
      mounts: [],
      not: { '/var/lock': 'blocked' },
    },
    {
      that: 'mounts at the working directory itself',
      container: { workingDir: '/data' },
      paths: ['/data'],
      mounts: ['/data'],
    },
    {
      that: 'leaves a VOLUME to a runtime that makes it writable',
      paths: [{ path: '/data', class: 'Data' as const }],
      facts: { volumes: ['/data' as ContainerPath] },
      runtime: { imageVolumePaths: 'copied' },
      mounts: [],
      not: { '/data': 'image-volume' },
    },
    {
      that: 'mounts and fills a VOLUME that nobody listed where the runtime leaves it read-only',
      paths: [],
      facts: { volumes: ['/data' as ContainerPath] },
      runtime: { imageVolumePaths: 'read-only' },
      mounts: ['/data own-image'],
    },
    {
      that: 'mounts a VOLUME where the runtime is not known',
      paths: ['/data'],
      facts: { volumes: ['/data' as ContainerPath] },
      mounts: ['/data'],
    },
    {
      that: 'copies content with a helper where the cluster has image volumes',
      paths: [{ path: '/srv', content: 'Copy' as const }],
      runtime: { seedImage: 'seed:1' },
      mounts: ['/srv image-volume'],
    },
    {
      that: 'lets the image copy for itself where root is forbidden',
      paths: [{ path: '/srv', content: 'Copy' as const }],
      runtime: { seedImage: 'seed:1' },
      rootForbidden: true,
      mounts: ['/srv own-image'],
    },
    {
      that: 'copies with a helper for an image without a shell, root or not',
      paths: [{ path: '/srv', content: 'Copy' as const }],
      facts: { shell: false },
      runtime: { seedImage: 'seed:1' },
      rootForbidden: true,
      mounts: ['/srv image-volume'],
    },
    {
      that: 'refuses to hide files that it cannot copy',
      paths: [{ path: '/srv', content: 'Copy' as const }],
      facts: { shell: false },
      mounts: [],
      not: { '/srv': 'no-way-to-copy' },
    },
    {
      that: "waits for approval of users' data where the namespace asks",
      paths: [{ path: '/data', class: 'Data' as const, from: profile('builtin') }],
      dataPaths: 'ask',
      mounts: [],
      not: { '/data': 'needs-approval' },
    },
    {
      that: 'takes a path that a person listed as approved',
      paths: [{ path: '/data', class: 'Data' as const, from: profile('person') }],
      dataPaths: 'ask',
      mounts: ['/data'],
    },
    {
      that: 'asks for the sticky bit on /tmp',
      paths: ['/tmp'],
      runtime: { emptyDirMode: true },
      mounts: ['/tmp sticky'],
    },
    {
      that: 'leaves a /tmp in memory as it is, which is sticky already',
      paths: [{ path: '/tmp', medium: 'Memory' as const }],
      runtime: { emptyDirMode: true },
      mounts: ['/tmp'],
    },
  ])('$that', ({ mounts, not = {}, ...given }) => {
    const plan = planFor(given);
    expect(
      plan.mounts.map(({ path, seed, sticky }) =>
        [path, seed !== 'none' && seed, sticky && 'sticky'].filter(Boolean).join(' '),
      ),
    ).toEqual(mounts);
    expect(Object.fromEntries(plan.notMounted.map(({ path, reason }) => [path, reason]))).toEqual(not);
  });

  test('never overrides a variable that the container sets', () => {
    const env = [
      { name: 'HOME', value: '/tmp' },
      { name: 'TMPDIR', value: '/tmp' },
    ];
    const plan = planFor({ paths: [], container: { env: [{ name: 'HOME', value: '/root' }] } }, env);
    expect(plan.env).toEqual([{ name: 'TMPDIR', value: '/tmp' }]);
  });
});

function planFor(given: Case, env: readonly { name: string; value: string }[] = []) {
  const volumes = given.volumes ?? [{ name: 'v', emptyDir: {} }];
  const read = readPod({ spec: { containers: [{ name: 'web', image: 'x', ...given.container }], volumes } });
  if (read.kind !== 'pod' || !read.pod.containers[0]) throw new Error('the pod of the case is malformed');
  return mountPlan({
    container: read.pod.containers[0],
    paths: given.paths.map((path) => wanted(typeof path === 'string' ? { path } : path)),
    env,
    facts: { volumes: [], shell: true, separateVarRun: false, ...given.facts },
    runtime: { imageVolumePaths: 'unknown', emptyDirMode: false, ...given.runtime },
    dataPaths: given.dataPaths ?? 'mount',
    rootForbidden: given.rootForbidden ?? false,
  });
}

function wanted({ path, ...rest }: Partial<Omit<WantedPath, 'path'>> & { path: string }): WantedPath {
  return {
    path: path as ContainerPath,
    medium: '',
    content: 'Empty',
    class: 'Scratch',
    description: '',
    ...rest,
  };
}

function mount(mountPath: string, rest: JsonObject = {}): JsonObject {
  return { name: 'v', mountPath, ...rest };
}

function mounting(mountPath: string, rest: JsonObject = {}): JsonObject {
  return { volumeMounts: [mount(mountPath, rest)] };
}

function profile(source: Profile['source']): Profile {
  return {
    name: 'p',
    generation: 1,
    source,
    image: { repository: 'x', digests: [] },
    action: 'Harden',
    reason: '',
    strategy: 'Merge',
    paths: [],
    env: [],
    facts: { volumes: [], shell: true, separateVarRun: false },
  };
}
