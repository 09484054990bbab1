import jsonPatch from 'fast-json-patch';
import { decide } from '../../src/core/admission/decide.ts';
import type { World } from '../../src/core/admission/world.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import type { Profile } from '../../src/core/catalog/profile.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';

/** How large the cluster is. */
export type Size = { readonly pods: number; readonly profiles: number; readonly namespaces: number };

export const LABELS = { 'rootlock.dev/mode': 'enforce' };

/** Of four pods that share an owner; one owner in ten has pods that admission missed. */
const PODS_OF_AN_OWNER = 4;
const MISSED = 10;

/** Images that the built-in catalog knows; every second owner runs one of these, the others what their namespace learned. */
const KNOWN_IMAGES = [
  'nginx:1.27.3',
  'redis:7.4.1',
  'postgres:17.2',
  'rabbitmq:4.0.4',
  'grafana/grafana:11.3.1',
];

export function namespaceName(index: number): string {
  return `team-${index}`;
}

/** What the controller has learned in each namespace over time, so many in all. */
export function learnedProfiles({ namespaces }: Size, count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: {
      name: `registry-example-com-team-service-${Math.floor(index / namespaces)}`,
      namespace: namespaceName(index % namespaces),
      labels: { 'rootlock.dev/source': 'learned' },
    },
    spec: {
      image: { repository: learnedRepository(index % namespaces, Math.floor(index / namespaces)) },
      paths: [
        { path: '/var/lib/service', content: 'Copy', description: 'learned from a log' },
        { path: '/var/cache/service', description: 'learned from a log' },
        { path: '/tmp' },
      ],
    },
  }));
}

/** As the healer writes it. */
export function learnedStatus(): JsonObject {
  const entry = (path: string) => ({
    path,
    from: 'Log',
    containers: 3,
    of: 4,
    first: '2026-11-01T09:00:00Z',
    last: '2026-11-20T09:00:00Z',
    sample: `2026-11-20 09:00:00 ERROR could not open ${path}/state.db: Read-only file system`,
  });
  return { evidence: [entry('/var/lib/service'), entry('/var/cache/service')] };
}

function learnedRepository(namespace: number, service: number): string {
  return `registry.example.com/${namespaceName(namespace)}/service-${service}`;
}

/** Pods as admission left them: all but those of some owners are hardened. */
export function createPodMaker(builtin: readonly Profile[], learned: readonly JsonObject[]) {
  const own = learned.flatMap((json) => {
    const read = readProfile({ ...json, metadata: { ...(json.metadata as JsonObject), generation: 1 } });
    return read.kind === 'profile' ? read.profile : [];
  });
  const shared = builtin.map((profile) => ({ ...profile, generation: 1 }));
  const world: World = {
    catalog: compileCatalog([...shared, ...own], { mirrors: [], namespacedExemptions: true }),
    settings: {
      podAnnotations: true,
      record: true,
      runtime: { imageVolumePaths: 'copied', emptyDirMode: true },
    },
  };
  const { policy } = readNamespacePolicy(LABELS);

  /** The pod of that number; `turn` tells it from those whose place it takes. */
  return ({ namespaces }: Size, index: number, turn = 0): { namespace: string; pod: JsonObject } => {
    const number = index % namespaces;
    const namespace = namespaceName(number);
    const owner = Math.floor(index / namespaces / PODS_OF_AN_OWNER);
    const raw = rawPod(number, owner, index, turn);
    if ((number + owner) % MISSED === 0) return { namespace, pod: raw };
    const decision = decide({ pod: raw, namespace, policy, policyProblems: [], now: Date.now() }, world);
    if (decision.kind !== 'judged') throw new Error(`a pod of the benchmark is ${decision.kind}`);
    const patched = jsonPatch.applyPatch(
      structuredClone(raw),
      structuredClone([...decision.operations]) as never,
    );
    return { namespace, pod: patched.newDocument as JsonObject };
  };
}

function rawPod(namespace: number, owner: number, index: number, turn: number): JsonObject {
  const known = KNOWN_IMAGES[(namespace + owner) % KNOWN_IMAGES.length] ?? '';
  const image = owner % 2 === 0 ? known : `${learnedRepository(namespace, owner)}:1.${turn}.0`;
  const name = `service-${owner}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-5d8f7c9b64-${index}-${turn}`,
      labels: { app: name, 'pod-template-hash': '5d8f7c9b64' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${name}-5d8f7c9b64`,
          uid: `00000000-0000-4000-8000-${String(namespace * 1_000 + owner).padStart(12, '0')}`,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      containers: [container('app', image), container('proxy', 'registry.k8s.io/git-sync/git-sync:v4.4.0')],
      volumes: [{ name: 'configuration', configMap: { name: 'configuration' } }],
    },
  };
}

function container(name: string, image: string): JsonObject {
  return {
    name,
    image,
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    ports: [{ containerPort: name === 'app' ? 8080 : 9090 }],
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } },
    volumeMounts: [{ name: 'configuration', mountPath: '/etc/configuration', readOnly: true }],
    readinessProbe: { httpGet: { path: '/healthz', port: name === 'app' ? 8080 : 9090 } },
  };
}

/** As the kubelet says it of a pod that runs; it has run for long, so that nobody reads its log often. */
export function runningStatus({ spec }: JsonObject): JsonObject {
  const { containers } = spec as { containers: readonly { name: string; image: string }[] };
  const startedAt = '2026-11-20T09:00:00Z';
  return {
    phase: 'Running',
    startTime: startedAt,
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: startedAt }],
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: `${image.replace(/:.*/, '')}@sha256:${'0123456789abcdef'.repeat(4)}`,
      containerID: `containerd://${'0123456789abcdef'.repeat(4)}`,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt } },
    })),
  };
}
