import { type ContainerPath, parseContainerPath } from '../container-path.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import type { Container, ContainerList, ContainerSecurity, Mount, Pod, Volume } from './pod.ts';

export type ReadPod =
  | { readonly kind: 'pod'; readonly pod: Pod }
  /** The API server would refuse it, so it is left to the API server: the problem names the field. */
  | { readonly kind: 'malformed'; readonly problem: string };

/**
 * Reads the facts of a pod from its JSON, which is untouched. A field of the wrong type is malformed, not
 * guessed at: whoever reads the facts may then patch the fields without looking at their types again.
 */
export function readPod(json: unknown): ReadPod {
  try {
    return { kind: 'pod', pod: podOf(objectAt(json, 'the pod')) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', problem: error.message };
    throw error;
  }
}

/** Leaves the reading of a field that is not what the API says; caught in `readPod` and nowhere else. */
class Malformed extends Error {}

function podOf(json: JsonObject): Pod {
  const metadata = optionalObject(json.metadata, 'metadata');
  const annotations = optionalObject(metadata.annotations, 'metadata.annotations');
  const spec = objectAt(json.spec, 'spec');
  const volumes = listAt(spec.volumes, 'spec.volumes').map(volumeOf);
  const readOnlyVolumes = new Set(volumes.filter(alwaysReadOnly).map((volume) => volume.name));
  const containers = LISTS.flatMap((list) =>
    listAt(spec[list], `spec.${list}`).map((each, index) => containerOf(each, list, index, readOnlyVolumes)),
  );
  refuseTwins(containers);
  return {
    name: textOf(metadata.name) ?? textOf(metadata.generateName) ?? '',
    os: osOf(spec),
    mirror: textOf(annotations['kubernetes.io/config.mirror']) !== undefined,
    hostPID: spec.hostPID === true,
    shareProcessNamespace: spec.shareProcessNamespace === true,
    annotations,
    containers,
    volumes,
    json,
  };
}

const LISTS: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers'];

function refuseTwins(containers: readonly Container[]): void {
  const names = new Set<string>();
  for (const { name } of containers) {
    if (names.has(name)) throw new Malformed(`two containers are named ${name}`);
    names.add(name);
  }
}

/** Many Windows pods state no spec.os.name, so the node selector counts as well (Windows guide, kubernetes.io). */
function osOf(spec: JsonObject): Pod['os'] {
  const os = optionalObject(spec.os, 'spec.os');
  const selector = optionalObject(spec.nodeSelector, 'spec.nodeSelector');
  const named = os.name ?? selector['kubernetes.io/os'] ?? selector['beta.kubernetes.io/os'];
  return named === 'windows' ? 'windows' : 'linux';
}

function volumeOf(json: Json, index: number): Volume {
  const field = `spec.volumes[${index}]`;
  const volume = objectAt(json, field);
  const kind = Object.keys(volume).find((key) => key !== 'name' && volume[key] != null) ?? '';
  return { name: nameAt(volume, field), kind, source: volume[kind] };
}

/** Kinds the kubelet mounts read-only whatever the mount says, and sources that say so themselves. */
const READ_ONLY_KINDS = new Set(['configMap', 'secret', 'downwardAPI', 'projected', 'image']);

function alwaysReadOnly({ kind, source }: Volume): boolean {
  return READ_ONLY_KINDS.has(kind) || (isObject(source) && source.readOnly === true);
}

function containerOf(
  json: Json,
  list: ContainerList,
  index: number,
  readOnlyVolumes: ReadonlySet<string>,
): Container {
  const field = `spec.${list}[${index}]`;
  const container = objectAt(json, field);
  const command = listAt(container.command, `${field}.command`);
  const executable = pathOf(command[0]);
  const workingDir = pathOf(container.workingDir);
  return {
    list,
    index,
    name: nameAt(container, field),
    image: textOf(container.image) ?? '',
    sidecar: list === 'initContainers' && container.restartPolicy === 'Always',
    ...(executable && { executable }),
    ...(workingDir && { workingDir }),
    mounts: mountsOf(container, field, readOnlyVolumes),
    mountedVolumes: [
      ...listAt(container.volumeMounts, field),
      ...listAt(container.volumeDevices, field),
    ].flatMap((mount) => (isObject(mount) ? [textOf(mount.name) ?? ''] : [])),
    bidirectional: listAt(container.volumeMounts, `${field}.volumeMounts`).some(
      (mount) => isObject(mount) && mount.mountPropagation === 'Bidirectional',
    ),
    envNames: new Set(
      listAt(container.env, `${field}.env`).map((each, at) =>
        nameAt(objectAt(each, `${field}.env[${at}]`), `${field}.env[${at}]`),
      ),
    ),
    security: securityOf(container, field),
    json: container,
  };
}

function mountsOf(container: JsonObject, field: string, readOnlyVolumes: ReadonlySet<string>): Mount[] {
  const mounts: Mount[] = [];
  for (const [index, each] of listAt(container.volumeMounts, `${field}.volumeMounts`).entries()) {
    const mount = objectAt(each, `${field}.volumeMounts[${index}]`);
    const path = mountPathOf(mount.mountPath, `${field}.volumeMounts[${index}].mountPath`);
    if (path === undefined) continue;
    const volume = textOf(mount.name) ?? '';
    mounts.push({
      path,
      volume,
      readOnly: mount.readOnly === true || readOnlyVolumes.has(volume),
      device: false,
    });
  }
  for (const [index, each] of listAt(container.volumeDevices, `${field}.volumeDevices`).entries()) {
    const device = objectAt(each, `${field}.volumeDevices[${index}]`);
    const path = mountPathOf(device.devicePath, `${field}.volumeDevices[${index}].devicePath`);
    if (path === undefined) continue;
    const volume = textOf(device.name) ?? '';
    mounts.push({ path, volume, readOnly: false, device: true });
  }
  return mounts;
}

/** The kubelet takes a relative mountPath from the root (kubelet_pods.go, makeMounts); a Windows path has no place here. */
function mountPathOf(value: Json | undefined, field: string): ContainerPath | undefined {
  const text = textOf(value);
  if (text === undefined || text === '') throw new Malformed(`${field} must be a path`);
  return parseContainerPath(text.startsWith('/') ? text : `/${text}`);
}

function securityOf(container: JsonObject, field: string): ContainerSecurity {
  const at = `${field}.securityContext`;
  const security = optionalObject(container.securityContext, at);
  const capabilities = optionalObject(security.capabilities, `${at}.capabilities`);
  const readOnlyRootFilesystem = booleanAt(security, 'readOnlyRootFilesystem', at);
  const allowPrivilegeEscalation = booleanAt(security, 'allowPrivilegeEscalation', at);
  const procMount = textOf(security.procMount);
  return {
    ...(readOnlyRootFilesystem !== undefined && { readOnlyRootFilesystem }),
    privileged: booleanAt(security, 'privileged', at) === true,
    ...(allowPrivilegeEscalation !== undefined && { allowPrivilegeEscalation }),
    addedCapabilities: listAt(capabilities.add, `${at}.capabilities.add`).map(capabilityOf),
    ...(procMount !== undefined && { procMount }),
  };
}

function capabilityOf(value: Json): string {
  return (textOf(value) ?? '').toUpperCase().replace(/^CAP_/, '');
}

function pathOf(value: Json | undefined): ContainerPath | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parseContainerPath(text);
}

function objectAt(value: unknown, field: string): JsonObject {
  if (!isObject(value)) throw new Malformed(`${field} must be an object`);
  return value;
}

function optionalObject(value: unknown, field: string): JsonObject {
  return value == null ? {} : objectAt(value, field);
}

function listAt(value: unknown, field: string): readonly Json[] {
  if (value == null) return [];
  if (!isArray(value)) throw new Malformed(`${field} must be a list`);
  return value;
}

function booleanAt(object: JsonObject, key: string, field: string): boolean | undefined {
  const value = object[key];
  if (value == null) return undefined;
  if (typeof value !== 'boolean') throw new Malformed(`${field}.${key} must be true or false`);
  return value;
}

function nameAt(object: JsonObject, field: string): string {
  const name = textOf(object.name);
  if (name === undefined || name === '') throw new Malformed(`${field}.name is missing`);
  return name;
}
