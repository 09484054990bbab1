import { describe, expect, test } from '@jest/globals';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { observeNamespace } from '../../../src/core/observed/observed-namespace.ts';
import { observePod } from '../../../src/core/observed/observed-pod.ts';
import { usageOf } from '../../../src/core/usage/pod-usage.ts';

const OPTED_IN = '2026-11-20T09:00:00Z';
const EDITED = '2026-11-21T09:00:00Z';
const NOW = Date.parse('2026-11-23T09:00:00Z');

const PROFILES = [
  { name: 'app', spec: { image: { repository: 'app' }, paths: [{ path: '/data' }] } },
  {
    name: 'exempt',
    spec: { image: { repository: 'exempt' }, action: 'Exempt', reason: 'it writes to /usr' },
  },
  {
    name: 'redis',
    spec: {
      image: { repository: 'redis' },
      paths: [{ path: '/data', class: 'Data' }],
      facts: { volumes: ['/data'] },
    },
  },
].flatMap(({ name, spec }) => {
  const read = readProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name },
    spec,
  });
  return read.kind === 'profile' ? read.profile : [];
});

type Given = {
  readonly image?: string;
  readonly created?: string;
  /** What the webhook gave it. */
  readonly hardened?: readonly string[];
  readonly record?: boolean;
  readonly container?: JsonObject;
  readonly spec?: JsonObject;
  readonly labels?: JsonObject;
  readonly status?: JsonObject;
  readonly metadata?: JsonObject;
  readonly imageVolumePaths?: 'copied' | 'unknown';
};

function usage(given: Given) {
  const {
    image = 'app:1',
    created = '2026-11-22T09:00:00Z',
    hardened,
    record = hardened !== undefined,
  } = given;
  const { labels = {}, status = {}, imageVolumePaths = 'unknown' } = given;
  const pod = observePod({
    metadata: {
      name: 'web',
      namespace: 'shop',
      creationTimestamp: created,
      ...(record && {
        annotations: { 'rootlock.dev/hardened': '{"main":{"profiles":["app@1"],"paths":[]}}' },
      }),
      ...given.metadata,
    },
    spec: {
      containers: [
        {
          name: 'main',
          image,
          ...(hardened && {
            securityContext: { readOnlyRootFilesystem: true },
            volumeMounts: hardened.map((path) => ({ name: 'v', mountPath: path })),
          }),
          ...given.container,
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      ...given.spec,
    },
    status: { phase: 'Running', ...status },
  });
  const label = { 'f:metadata': { 'f:labels': { 'f:rootlock.dev/mode': {} } } };
  const namespace = observeNamespace({
    metadata: {
      name: 'shop',
      labels: { 'rootlock.dev/mode': 'enforce', ...labels },
      managedFields: [{ manager: 'kubectl', operation: 'Update', time: OPTED_IN, fieldsV1: label }],
    },
  });
  return usageOf({
    pod,
    namespace,
    world: {
      catalog: compileCatalog(PROFILES, { mirrors: [], namespacedExemptions: true }),
      settings: { podAnnotations: true, record: true, runtime: { imageVolumePaths, emptyDirMode: true } },
    },
    specChanged: () => Date.parse(EDITED),
    now: NOW,
  });
}

describe('a container runs', () => {
  test.each<[string, Given, string | undefined]>([
    ['as it should', { hardened: ['/data'] }, undefined],
    ['as it should by whomever', { hardened: ['/data'], record: false }, undefined],
    ['without the webhook', {}, 'missed-admission'],
    ['from before the namespace opted in', { created: '2026-11-19T09:00:00Z' }, 'before-opt-in'],
    ['from the second in which it opted in', { created: OPTED_IN }, 'before-opt-in'],
    ['from before the profile was edited', { created: '2026-11-20T10:00:00Z' }, 'older-profile'],
    ['by an older version of its profile', { hardened: [], record: true }, 'older-profile'],
    ['without a volume that nobody gave it', { hardened: [], record: false }, 'missed-admission'],
    ['in a namespace in audit mode', { labels: { 'rootlock.dev/mode': 'audit' } }, 'audit'],
    ['hardened in audit mode', { labels: { 'rootlock.dev/mode': 'audit' }, hardened: ['/data'] }, undefined],
    ['by an image that nobody knows', { image: 'other:1' }, 'unknown-image'],
    ['by such an image, read-only', { image: 'other:1', hardened: [] }, undefined],
    ['by an exempt image', { image: 'exempt:1' }, 'exempt-profile'],
    [
      'though it would be denied',
      { container: { securityContext: { privileged: true } }, labels: { 'rootlock.dev/privileged': 'deny' } },
      'would-be-denied',
    ],
    [
      'with the root that it asked for',
      { container: { securityContext: { readOnlyRootFilesystem: false } } },
      'explicit-false',
    ],
    [
      'by a runtime that gives it its VOLUME',
      { image: 'redis:7', hardened: [], imageVolumePaths: 'copied' },
      undefined,
    ],
    ['by one of which nobody knows that', { image: 'redis:7', hardened: [] }, 'older-profile'],
  ])('%s', (_how, given, reason) => {
    expect(usage(given)?.containers.map((container) => container.reason)).toEqual([reason]);
  });

  test('and what it lacks is told, with the profiles that count for it', () => {
    expect(usage({})?.containers).toMatchObject([{ profiles: ['app'], missing: ['/data'], hardened: false }]);
    expect(usage({ image: 'exempt:1' })?.containers).toMatchObject([{ profiles: ['exempt'], missing: [] }]);
  });

  test('and fails, or does not', () => {
    const failing = (state: JsonObject) =>
      usage({ status: { containerStatuses: [{ name: 'main', state }] } })?.containers[0]?.failing;
    expect(failing({ waiting: { reason: 'CrashLoopBackOff' } })).toBe(true);
    expect(failing({ terminated: { exitCode: 1 } })).toBe(true);
    expect(failing({ terminated: { exitCode: 0 } })).toBe(false);
    expect(failing({ waiting: { reason: 'ContainerCreating' } })).toBe(false);
    expect(failing({ running: {} })).toBe(false);
  });
});

test.each<[string, Given]>([
  ['its namespace has not opted in', { labels: { 'rootlock.dev/mode': '' } }],
  ['it has ended', { status: { phase: 'Succeeded' } }],
  ['it is about to end', { metadata: { deletionTimestamp: EDITED } }],
])('nobody looks at a pod when %s', (_when, given) => {
  expect(usage(given)).toBeUndefined();
});

describe('what undoes its read-only root', () => {
  const READ_ONLY = { readOnlyRootFilesystem: true };
  const host = { volumes: [{ name: 'node', hostPath: { path: '/etc' } }] };
  const mounted = { securityContext: READ_ONLY, volumeMounts: [{ name: 'node', mountPath: '/data' }] };
  test.each<[string, Given, readonly string[] | undefined]>([
    ['is nothing, as a rule', { hardened: ['/data'] }, undefined],
    [
      'is a privilege',
      { hardened: ['/data'], container: { securityContext: { ...READ_ONLY, privileged: true } } },
      ['privileged'],
    ],
    ['is a writable directory of the node', { spec: host, container: mounted }, ['host-path']],
    [
      'is an unmasked /proc',
      { hardened: ['/data'], container: { securityContext: { ...READ_ONLY, procMount: 'Unmasked' } } },
      ['proc-mount'],
    ],
    [
      'is no unmasked /proc in a user namespace of its own',
      {
        hardened: ['/data'],
        spec: { hostUsers: false },
        container: { securityContext: { ...READ_ONLY, procMount: 'Unmasked' } },
      },
      undefined,
    ],
    [
      'is told of an image that is exempt, and has one by itself',
      { image: 'exempt:1', container: { securityContext: { ...READ_ONLY, privileged: true } } },
      ['privileged'],
    ],
    [
      'is nothing where the root is writable',
      { container: { securityContext: { privileged: true } } },
      undefined,
    ],
  ])('%s', (_what, given, escapes) => {
    expect(usage(given)?.containers[0]?.escapes).toEqual(escapes);
  });
});
