import type { ProfileEnv } from '../catalog/profile.ts';
import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import type { Container, Pod } from '../pod/pod.ts';
import type { NamespacePolicy } from '../policy/namespace-policy.ts';
import type { ContainerDecision } from './decision.ts';
import type { PlannedMount } from './mount-plan.ts';
import { type Operation, pointerToken } from './operation.ts';
import { annotationsFor } from './patch-annotations.ts';
import { rootForbidden, SEEDED_SUB_PATH, seedContainer, seedContainerName } from './seed.ts';
import { freeName, volumeName } from './volume-name.ts';
import type { RuntimeFacts } from './world.ts';

/** What is to become different in each container: nothing in those that are left alone, their privileges aside. */
export function changesFor(
  containers: readonly ContainerDecision[],
  policy: NamespacePolicy,
): ContainerChange[] {
  return containers.map((decision) => {
    const { container } = decision;
    const unprivileged = losesPrivilege(container, policy);
    if (decision.kind === 'left-alone')
      return { container, readOnly: false, unprivileged, mounts: [], env: [] };
    const readOnly = container.security.readOnlyRootFilesystem !== true;
    return { container, readOnly, unprivileged, mounts: decision.plan.mounts, env: decision.plan.env };
  });
}

/** A mount that propagates to the host is refused without privilege; ephemeral containers are only judged. */
export function losesPrivilege(
  { list, security, bidirectional }: Container,
  policy: NamespacePolicy,
): boolean {
  return (
    policy.privileged === 'remove' && security.privileged && !bidirectional && list !== 'ephemeralContainers'
  );
}

/** What is to become different in one container. */
export type ContainerChange = {
  readonly container: Container;
  /** Set `readOnlyRootFilesystem: true`. */
  readonly readOnly: boolean;
  /** Set `privileged: false`. */
  readonly unprivileged: boolean;
  readonly mounts: readonly PlannedMount[];
  readonly env: readonly ProfileEnv[];
};

export type PatchInput = {
  readonly pod: Pod;
  readonly changes: readonly ContainerChange[];
  /** The value of the annotation `rootlock.dev/hardened`, where it is to be written. */
  readonly record: string | undefined;
  readonly runtime: RuntimeFacts;
};

/**
 * The RFC 6902 operations that make the changes, emitted directly against the JSON as it came. Each `add` names a
 * parent that exists: a patch that does not apply rejects the pod even under failurePolicy Ignore
 * (apiserver, mutating/dispatcher.go).
 */
export function patchFor(input: PatchInput): Operation[] {
  const { pod, changes, record } = input;
  const spec = isObject(pod.json.spec) ? pod.json.spec : {};
  const taken = namesInUse(pod);
  const volumes: NewVolume[] = [];
  const operations: Operation[] = [];
  for (const change of changes) {
    const own = newVolumes(change, taken);
    addContainerOperations(operations, change, own);
    volumes.push(...own);
  }
  const seeds = seedsFor(input, volumes);
  const imageVolumes = seeds.flatMap(({ imageVolume }) => (imageVolume ? [imageVolume] : []));
  append(operations, '/spec/volumes', spec.volumes, [...volumes.map(emptyDirVolume), ...imageVolumes]);
  addAnnotationOperations(operations, pod, { volumes, record });
  addSeedOperations(
    operations,
    spec.initContainers,
    seeds.map(({ initContainer }) => initContainer),
  );
  return operations;
}

/** One emptyDir per container and path, never shared; and where a helper copies, the image to copy from. */
type NewVolume = {
  readonly name: string;
  readonly container: Container;
  readonly mount: PlannedMount;
};

/** The names become taken. */
function newVolumes({ container, mounts }: ContainerChange, taken: Set<string>): NewVolume[] {
  return mounts.map((mount) => {
    const name = volumeName(container.name, mount.path, taken);
    taken.add(name);
    return { name, container, mount };
  });
}

/** Names that mounts speak of count too: a mount without its volume is the pod's mistake, not ours to make good. */
function namesInUse({ volumes, containers }: Pod): Set<string> {
  const names = new Set<string>();
  for (const { name } of volumes) names.add(name);
  for (const { mountedVolumes } of containers) for (const name of mountedVolumes) names.add(name);
  return names;
}

function addContainerOperations(
  operations: Operation[],
  change: ContainerChange,
  volumes: readonly NewVolume[],
): void {
  const { list, index, json } = change.container;
  const at = `/spec/${list}/${index}`;
  addSecurityOperations(operations, change, `${at}/securityContext`);
  append(operations, `${at}/volumeMounts`, json.volumeMounts, volumes.map(volumeMount));
  append(
    operations,
    `${at}/env`,
    json.env,
    change.env.map(({ name, value }) => ({ name, value })),
  );
}

function addSecurityOperations(
  operations: Operation[],
  { container, readOnly, unprivileged }: ContainerChange,
  at: string,
): void {
  const fields = {
    ...(readOnly && { readOnlyRootFilesystem: true }),
    ...(unprivileged && { privileged: false }),
  };
  if (isObject(container.json.securityContext)) addEach(operations, at, fields);
  else if (readOnly || unprivileged) operations.push({ op: 'add', path: at, value: fields });
}

function addEach(operations: Operation[], at: string, fields: JsonObject): void {
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) operations.push({ op: 'add', path: `${at}/${pointerToken(name)}`, value });
  }
}

function volumeMount({ name, mount }: NewVolume): JsonObject {
  if (mount.seed === 'none') return { name, mountPath: mount.path };
  return { name, mountPath: mount.path, subPath: SEEDED_SUB_PATH };
}

/** 01777, as a decimal number: JSON has no octal. */
const STICKY_MODE = 0o1777;

function emptyDirVolume({ name, mount: { medium, sizeLimit, sticky } }: NewVolume): JsonObject {
  const emptyDir: { medium?: string; sizeLimit?: string; mode?: number } = {};
  if (medium !== '') emptyDir.medium = medium;
  if (sizeLimit !== undefined) emptyDir.sizeLimit = sizeLimit;
  if (sticky) emptyDir.mode = STICKY_MODE;
  return { name, emptyDir };
}

function addAnnotationOperations(
  operations: Operation[],
  pod: Pod,
  { volumes, record }: { readonly volumes: readonly NewVolume[]; readonly record: string | undefined },
): void {
  const onDisk = volumes.filter(({ mount }) => mount.medium === '').map(({ name }) => name);
  const all = volumes.map(({ name }) => name);
  const wanted = annotationsFor(pod.annotations, { onDisk, all, record });
  if (wanted === undefined) return;
  const { metadata } = pod.json;
  if (!isObject(metadata)) operations.push({ op: 'add', path: '/metadata', value: { annotations: wanted } });
  else if (isObject(metadata.annotations)) addEach(operations, '/metadata/annotations', wanted);
  else operations.push({ op: 'add', path: '/metadata/annotations', value: wanted });
}

type Seed = { readonly initContainer: JsonObject; readonly imageVolume?: JsonObject };

/** One seeding init container for each container whose image has files at a path. */
function seedsFor({ pod, changes, runtime }: PatchInput, volumes: readonly NewVolume[]): Seed[] {
  if (volumes.every(({ mount }) => mount.seed === 'none')) return [];
  const containerNames = new Set(pod.containers.map(({ name }) => name));
  const volumeNames = new Set([...namesInUse(pod), ...volumes.map(({ name }) => name)]);
  return changes.flatMap(({ container }) => {
    const seeded = volumes.filter((each) => each.container === container && each.mount.seed !== 'none');
    const [first] = seeded;
    if (first === undefined) return [];
    const name = seedContainerName(container.name, containerNames);
    containerNames.add(name);
    const targets = seeded.map((each) => ({ volume: each.name, path: each.mount.path }));
    if (first.mount.seed === 'own-image' || runtime.seedImage === undefined) {
      return [{ initContainer: seedContainer({ name, container, volumes: targets }) }];
    }
    const imageVolume = freeName(`${IMAGE_VOLUME_PREFIX}${container.name}`, volumeNames);
    volumeNames.add(imageVolume);
    const helper = { image: runtime.seedImage, imageVolume, rootForbidden: rootForbidden(container, pod) };
    return [
      {
        initContainer: seedContainer({ name, container, volumes: targets, helper }),
        imageVolume: { name: imageVolume, image: imageSource(container) },
      },
    ];
  });
}

const IMAGE_VOLUME_PREFIX = 'rootlock-image-';

function imageSource({ image, json }: Container): JsonObject {
  return { reference: image, ...(json.imagePullPolicy != null && { pullPolicy: json.imagePullPolicy }) };
}

/** Before the pod's own init containers, which may want the files; last in the patch, since it moves their indexes. */
function addSeedOperations(
  operations: Operation[],
  initContainers: Json | undefined,
  seeds: readonly JsonObject[],
): void {
  if (!isArray(initContainers)) append(operations, '/spec/initContainers', initContainers, seeds);
  else
    for (const value of seeds.toReversed())
      operations.push({ op: 'add', path: '/spec/initContainers/0', value });
}

/** Adds to the end of a list that may not be there. */
function append(operations: Operation[], at: string, list: Json | undefined, values: readonly Json[]): void {
  if (values.length === 0) return;
  if (!isArray(list)) {
    operations.push({ op: 'add', path: at, value: values });
    return;
  }
  const path = `${at}/-`;
  for (const value of values) operations.push({ op: 'add', path, value });
}
