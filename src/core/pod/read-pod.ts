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
    const pod = podOf(objectOf(json));
    const twin = twinAmong(pod.containers);
    return twin === undefined
      ? { kind: 'pod', pod }
      : { kind: 'malformed', problem: `two containers are named ${twin}` };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: 'malformed', problem: `${error.field || 'the pod'} ${error.message}` };
  }
}

/**
 * Leaves the reading of a field that is not what the API says; caught in `readPod` and nowhere else. The field's name
 * is put together on the way up, so that it costs nothing where nothing is wrong.
 */
class Malformed extends Error {
  field = '';

  within(outer: string): this {
    this.field =
      this.field === '' || this.field.startsWith('[') ? `${outer}${this.field}` : `${outer}.${this.field}`;
    return this;
  }
}

/** Reads one field of an object; what is wrong in it is told with its name. */
function field<T>(object: JsonObject, name: string, read: (value: Json | undefined) => T): T {
  try {
    return read(object[name]);
  } catch (error) {
    throw error instanceof Malformed ? error.within(name) : error;
  }
}

/** Reads each element of a list that may be absent or null. */
function each<T>(list: Json | undefined, read: (value: Json, index: number) => T): T[] {
  return listOf(list).map((value, index) => {
    try {
      return read(value, index);
    } catch (error) {
      throw error instanceof Malformed ? error.within(`[${index}]`) : error;
    }
  });
}

function podOf(json: JsonObject): Pod {
  const metadata = field(json, 'metadata', metadataOf);
  const spec = field(json, 'spec', specOf);
  const { name, mirror, annotations } = metadata;
  const { os, hostPID, shareProcessNamespace, containers, volumes } = spec;
  return { name, mirror, annotations, os, hostPID, shareProcessNamespace, containers, volumes, json };
}

function metadataOf(value: Json | undefined): Pick<Pod, 'name' | 'mirror' | 'annotations'> {
  const metadata = optionalObject(value);
  const annotations = field(metadata, 'annotations', optionalObject);
  return {
    name: textOf(metadata.name) ?? textOf(metadata.generateName) ?? '',
    mirror: textOf(annotations['kubernetes.io/config.mirror']) !== undefined,
    annotations,
  };
}

function specOf(value: Json | undefined): Omit<Pod, keyof ReturnType<typeof metadataOf> | 'json'> {
  const spec = objectOf(value);
  const volumes = field(spec, 'volumes', (list) => each(list, volumeOf));
  const readOnlyVolumes = new Set(volumes.filter(alwaysReadOnly).map((volume) => volume.name));
  const containers = LISTS.flatMap((list) =>
    field(spec, list, (found) => each(found, (one, index) => containerOf(one, list, index, readOnlyVolumes))),
  );
  return {
    os: osOf(spec),
    hostPID: spec.hostPID === true,
    shareProcessNamespace: spec.shareProcessNamespace === true,
    containers,
    volumes,
  };
}

const LISTS: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers'];

function twinAmong(containers: readonly Container[]): string | undefined {
  const names = new Set<string>();
  for (const { name } of containers) {
    if (names.has(name)) return name;
    names.add(name);
  }
  return undefined;
}

/** Many Windows pods state no spec.os.name, so the node selector counts as well (Windows guide, kubernetes.io). */
function osOf(spec: JsonObject): Pod['os'] {
  const os = field(spec, 'os', optionalObject);
  const selector = field(spec, 'nodeSelector', optionalObject);
  const named = os.name ?? selector['kubernetes.io/os'] ?? selector['beta.kubernetes.io/os'];
  return named === 'windows' ? 'windows' : 'linux';
}

function volumeOf(json: Json): Volume {
  const volume = objectOf(json);
  const kind = Object.keys(volume).find((key) => key !== 'name' && volume[key] != null) ?? '';
  return { name: field(volume, 'name', nameOf), kind, source: volume[kind] };
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
  const container = objectOf(json);
  const executable = pathOf(field(container, 'command', listOf)[0]);
  const workingDir = pathOf(container.workingDir);
  const mounts = field(container, 'volumeMounts', (found) =>
    each(found, (one) => mountOf(one, readOnlyVolumes)),
  );
  const devices = field(container, 'volumeDevices', (found) => each(found, deviceOf));
  return {
    list,
    index,
    name: field(container, 'name', nameOf),
    image: textOf(container.image) ?? '',
    sidecar: list === 'initContainers' && container.restartPolicy === 'Always',
    executable,
    workingDir,
    mounts: [...mounts, ...devices].flatMap(({ mount }) => mount ?? []),
    mountedVolumes: [...mounts, ...devices].map(({ volume }) => volume),
    bidirectional: mounts.some(({ bidirectional }) => bidirectional),
    envNames: new Set(
      field(container, 'env', (found) => each(found, (one) => field(objectOf(one), 'name', nameOf))),
    ),
    security: field(container, 'securityContext', securityOf),
    json: container,
  };
}

/** What a volumeMount or volumeDevice says; no `mount` where its path is none of Linux (`C:\\data`). */
type Mounting = {
  readonly volume: string;
  readonly mount: Mount | undefined;
  readonly bidirectional: boolean;
};

function mountOf(json: Json, readOnlyVolumes: ReadonlySet<string>): Mounting {
  const object = objectOf(json);
  const path = field(object, 'mountPath', mountPathOf);
  const volume = textOf(object.name) ?? '';
  const readOnly = object.readOnly === true || readOnlyVolumes.has(volume);
  const bidirectional = object.mountPropagation === 'Bidirectional';
  return { volume, bidirectional, mount: path && { path, volume, readOnly, device: false } };
}

function deviceOf(json: Json): Mounting {
  const object = objectOf(json);
  const path = field(object, 'devicePath', mountPathOf);
  const volume = textOf(object.name) ?? '';
  return { volume, bidirectional: false, mount: path && { path, volume, readOnly: false, device: true } };
}

/** The kubelet takes a relative mountPath from the root (kubelet_pods.go, makeMounts). */
function mountPathOf(value: Json | undefined): ContainerPath | undefined {
  const text = textOf(value);
  if (text === undefined || text === '') throw new Malformed('must be a path');
  return parseContainerPath(text.startsWith('/') ? text : `/${text}`);
}

function securityOf(value: Json | undefined): ContainerSecurity {
  const security = optionalObject(value);
  return {
    readOnlyRootFilesystem: field(security, 'readOnlyRootFilesystem', optionalBoolean),
    privileged: field(security, 'privileged', optionalBoolean) === true,
    allowPrivilegeEscalation: field(security, 'allowPrivilegeEscalation', optionalBoolean),
    addedCapabilities: field(security, 'capabilities', addedCapabilitiesOf),
    procMount: textOf(security.procMount),
  };
}

function addedCapabilitiesOf(value: Json | undefined): string[] {
  const added = field(optionalObject(value), 'add', listOf);
  return added.map((name) => (textOf(name) ?? '').toUpperCase().replace(/^CAP_/, ''));
}

function pathOf(value: Json | undefined): ContainerPath | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parseContainerPath(text);
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value)) throw new Malformed('must be an object');
  return value;
}

function optionalObject(value: unknown): JsonObject {
  return value == null ? {} : objectOf(value);
}

function listOf(value: unknown): readonly Json[] {
  if (value == null) return [];
  if (!isArray(value)) throw new Malformed('must be a list');
  return value;
}

function optionalBoolean(value: unknown): boolean | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'boolean') throw new Malformed('must be true or false');
  return value;
}

function nameOf(value: unknown): string {
  const name = textOf(value);
  if (name === undefined || name === '') throw new Malformed('is missing');
  return name;
}
