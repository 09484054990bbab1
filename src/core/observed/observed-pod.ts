import { RECORD_ANNOTATION } from '../admission/patch-annotations.ts';
import { SEED_PREFIX } from '../admission/seed.ts';
import { parseTimestamp } from '../catalog/timestamp.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { controllerOf, type ObjectReference } from '../object-reference.ts';
import { runsToEnd } from '../pod/read-pod.ts';

/** What the controller keeps of a pod in its memory, of which there may be tens of thousands. */
export type ObservedPod = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Milliseconds since the epoch, to the second. */
  readonly created: number;
  /** The owner that controls it, one step up; absent for a pod that nobody would make anew. */
  readonly owner?: ObjectReference;
  readonly deleting: boolean;
  /** It is not started again for ever, or at all: a Job's pod. */
  readonly runsToEnd?: true;
  readonly phase: string;
  /** The condition Ready. */
  readonly ready: boolean;
  /** The node that it was given to. */
  readonly node?: string;
  /** `rootlock.dev/hardened`, as it is written there. */
  readonly record?: string;
  readonly containers: readonly ObservedContainer[];
  /**
   * The pod as `decide` is to be given it, as JSON text: an eighth of what the parsed objects take. Read it with
   * `manifestOf`, and keep nothing of that.
   */
  readonly manifest: string;
};

/** What runs of one container, from the three lists of statuses. */
export type ObservedContainer = {
  readonly name: string;
  readonly list: 'initContainers' | 'containers' | 'ephemeralContainers';
  readonly image: string;
  /** `registry/repository@sha256:…` once the node has pulled it. */
  readonly imageId: string;
  readonly rootReadOnly: boolean;
  readonly ready: boolean;
  /** Where it has a startup probe that has not passed yet: the kubelet ends it where it never does. */
  readonly starting?: true;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How the run before this one ended, where there was one. */
  readonly last?: Terminated;
};

export type ContainerState =
  | { readonly kind: 'unknown' }
  /** `CrashLoopBackOff`, `ContainerCreating`, `ImagePullBackOff`, … */
  | { readonly kind: 'waiting'; readonly reason: string }
  /** Since when, in milliseconds since the epoch. */
  | { readonly kind: 'running'; readonly since: number }
  | Terminated;

export type Terminated = {
  readonly kind: 'terminated';
  readonly exitCode: number;
  /** `Error`, `OOMKilled`, `Completed`, … */
  readonly reason: string;
  /** The termination message, or the end of it. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly finished: number;
};

const LISTS = [
  { list: 'initContainers', statuses: 'initContainerStatuses' },
  { list: 'containers', statuses: 'containerStatuses' },
  { list: 'ephemeralContainers', statuses: 'ephemeralContainerStatuses' },
] as const;

/** There may be tens of thousands of containers. */
const LONGEST_MESSAGE = 1024;
/** What copies an image's files tells of the image: as much as the kubelet keeps of it. */
const LONGEST_REPORT = 4096;

/** Or is about to: nobody need look at it any more. */
export function hasEnded({ phase, deleting }: ObservedPod): boolean {
  return deleting || phase === 'Succeeded' || phase === 'Failed';
}

/** Reads a pod as the API server sends it; what is missing counts as empty. Never throws. */
export function observePod(json: JsonObject): ObservedPod {
  const metadata = objectOr(json.metadata);
  const spec = objectOr(json.spec);
  const status = objectOr(json.status);
  const owner = controllerOf(metadata);
  const node = textOf(spec.nodeName);
  const record = textOf(objectOr(metadata.annotations)[RECORD_ANNOTATION]);
  return {
    namespace: textOf(metadata.namespace) ?? '',
    name: textOf(metadata.name) ?? '',
    uid: textOf(metadata.uid) ?? '',
    resourceVersion: textOf(metadata.resourceVersion) ?? '',
    created: timeOf(metadata.creationTimestamp),
    ...(owner !== undefined && { owner }),
    deleting: metadata.deletionTimestamp != null,
    ...(runsToEnd(spec) && { runsToEnd: true }),
    phase: textOf(status.phase) ?? '',
    ready: listOf(status.conditions).some((each) => each.type === 'Ready' && each.status === 'True'),
    ...(node !== undefined && node !== '' && { node }),
    ...(record !== undefined && { record }),
    containers: LISTS.flatMap(({ list, statuses }) => {
      const byName = new Map(listOf(status[statuses]).map((each) => [textOf(each.name), each]));
      return listOf(spec[list]).map((container) =>
        observeContainer(container, list, byName.get(textOf(container.name)) ?? {}),
      );
    }),
    manifest: JSON.stringify(manifestFrom(metadata, spec)),
  };
}

/** The pod as JSON again: what `decide` reads, and nothing else. */
export function manifestOf({ manifest }: ObservedPod): JsonObject {
  const json: unknown = JSON.parse(manifest);
  return isObject(json) ? json : {};
}

/** Annotations by which pods and tools speak to admission; the others may be large, and nobody reads them. */
const KEPT_ANNOTATIONS = /^(rootlock\.dev\/|kubernetes\.io\/config\.mirror$)/;
/** Fields of a pod's spec and of a container that decisions, mount plans, findings or seeds are made from. */
const KEPT_SPEC = [
  'restartPolicy',
  'hostPID',
  'hostUsers',
  'shareProcessNamespace',
  'os',
  'nodeSelector',
  'securityContext',
  'volumes',
];
const KEPT_CONTAINER = [
  'name',
  'image',
  'imagePullPolicy',
  'command',
  'workingDir',
  'env',
  'volumeMounts',
  'volumeDevices',
  'securityContext',
  'restartPolicy',
  'resources',
];

function manifestFrom(metadata: JsonObject, spec: JsonObject): JsonObject {
  const annotations = Object.entries(objectOr(metadata.annotations)).filter(([key]) =>
    KEPT_ANNOTATIONS.test(key),
  );
  const lists = LISTS.flatMap(({ list }) =>
    spec[list] === undefined ? [] : [[list, listOf(spec[list]).map(containerManifest)] as const],
  );
  return {
    metadata: {
      name: metadata.name,
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    },
    spec: {
      ...pick(spec, KEPT_SPEC),
      ...(isArray(spec.volumes) && { volumes: spec.volumes.map(volumeManifest) }),
      ...Object.fromEntries(lists),
    },
  };
}

function containerManifest(container: JsonObject): JsonObject {
  const kept = pick(container, KEPT_CONTAINER);
  if (!isArray(kept.env)) return kept;
  return { ...kept, env: kept.env.map((each) => (isObject(each) ? { name: each.name } : each)) };
}

/** Of a volume's source it matters of which kind it is, whether it is read-only, and which path of the host it shows. */
function volumeManifest(volume: Json): Json {
  if (!isObject(volume)) return volume;
  return Object.fromEntries(
    Object.entries(volume).map(([kind, source]) => [
      kind,
      isObject(source) ? pick(source, ['readOnly', 'path', 'type', 'medium']) : source,
    ]),
  );
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (object[key] == null ? [] : [[key, object[key]]])));
}

function observeContainer(
  container: JsonObject,
  list: ObservedContainer['list'],
  status: JsonObject,
): ObservedContainer {
  const isSeed = list === 'initContainers' && (textOf(container.name) ?? '').startsWith(SEED_PREFIX);
  const longest = isSeed ? LONGEST_REPORT : LONGEST_MESSAGE;
  const last = readTerminated(objectOr(status.lastState).terminated, longest);
  return {
    name: textOf(container.name) ?? '',
    list,
    image: textOf(container.image) ?? '',
    imageId: textOf(status.imageID) ?? '',
    rootReadOnly: objectOr(container.securityContext).readOnlyRootFilesystem === true,
    ready: status.ready === true,
    ...(status.started === false && { starting: true }),
    restarts: numberOf(status.restartCount),
    state: readState(objectOr(status.state), longest),
    ...(last !== undefined && { last }),
  };
}

function readState(state: JsonObject, longest: number): ContainerState {
  if (isObject(state.waiting)) return { kind: 'waiting', reason: textOf(state.waiting.reason) ?? '' };
  if (isObject(state.running)) return { kind: 'running', since: timeOf(state.running.startedAt) };
  return readTerminated(state.terminated, longest) ?? { kind: 'unknown' };
}

function readTerminated(terminated: Json | undefined, longest: number): Terminated | undefined {
  if (!isObject(terminated)) return undefined;
  return {
    kind: 'terminated',
    exitCode: numberOf(terminated.exitCode),
    reason: textOf(terminated.reason) ?? '',
    message: (textOf(terminated.message) ?? '').slice(-longest),
    finished: timeOf(terminated.finishedAt),
  };
}

function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function timeOf(value: unknown): number {
  return parseTimestamp(textOf(value) ?? '') ?? 0;
}
