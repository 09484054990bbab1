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

/** Reads each element of the list in a field, which may be absent or null. `context` is handed on to `read`. */
function each<T, C>(
  object: JsonObject,
  name: string,
  read: (value: Json, index: number, context: C) => T,
  context: C,
): T[] {
  const list = object[name];
  const found: T[] = [];
  if (list == null) return found;
  let index = 0;
  try {
    if (!isArray(list)) throw new Malformed('must be a list');
    for (const value of list) {
      found.push(read(value, index, context));
      index++;
    }
    return found;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw (isArray(list) ? error.within(`[${index}]`) : error).within(name);
  }
}

function podOf(json: JsonObject): Pod {
  const metadata = field(json, 'metadata', metadataOf);
  const spec = field(json, 'spec', specOf);
  const { name, mirror, annotations } = metadata;
  const { os, runsToEnd, hostPID, shareProcessNamespace, containers, volumes } = spec;
  return {
    name,
    mirror,
    annotations,
    os,
    runsToEnd,
    hostPID,
    shareProcessNamespace,
    containers,
    volumes,
    json,
  };
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
  const volumes = each(spec, 'volumes', volumeOf, undefined);
  const readOnlyVolumes = volumes.filter(alwaysReadOnly).map((volume) => volume.name);
  const containers: Container[] = [];
  for (const list of LISTS) containers.push(...each(spec, list, containerOf, { list, readOnlyVolumes }));
  return {
    os: osOf(spec),
    runsToEnd: runsToEnd(spec),
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

/** The API server fills the field in where it is left out. */
export function runsToEnd({ restartPolicy }: JsonObject): boolean {
  return restartPolicy === 'Never' || restartPolicy === 'OnFailure';
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
  const kind = kindOf(volume);
  return { name: field(volume, 'name', nameOf), kind, source: volume[kind] };
}

function kindOf(volume: JsonObject): string {
  for (const key in volume) if (key !== 'name' && volume[key] != null) return key;
  return '';
}

/** Kinds the kubelet mounts read-only whatever the mount says, and sources that say so themselves. */
const READ_ONLY_KINDS = new Set(['configMap', 'secret', 'downwardAPI', 'projected', 'image']);

function alwaysReadOnly({ kind, source }: Volume): boolean {
  return READ_ONLY_KINDS.has(kind) || (isObject(source) && source.readOnly === true);
}

type ListContext = { readonly list: ContainerList; readonly readOnlyVolumes: readonly string[] };

function containerOf(json: Json, index: number, { list, readOnlyVolumes }: ListContext): Container {
  const container = objectOf(json);
  const executable = pathOf(field(container, 'command', listOf)[0]);
  const workingDir = pathOf(container.workingDir);
  const mountings = each(container, 'volumeMounts', mountOf, readOnlyVolumes);
  mountings.push(...each(container, 'volumeDevices', deviceOf, undefined));
  return {
    list,
    index,
    name: field(container, 'name', nameOf),
    image: textOf(container.image) ?? '',
    sidecar: list === 'initContainers' && container.restartPolicy === 'Always',
    executable,
    workingDir,
    mounts: mountsAmong(mountings),
    mountedVolumes: mountings.map(({ volume }) => volume),
    bidirectional: mountings.some(({ bidirectional }) => bidirectional),
    envNames: each(container, 'env', envNameOf, undefined),
    security: field(container, 'securityContext', securityOf),
    json: container,
  };
}

function mountsAmong(mountings: readonly Mounting[]): Mount[] {
  const mounts: Mount[] = [];
  for (const { mount } of mountings) if (mount) mounts.push(mount);
  return mounts;
}

function envNameOf(json: Json): string {
  return field(objectOf(json), 'name', nameOf);
}

/** What a volumeMount or volumeDevice says; no `mount` where its path is none of Linux (`C:\\data`). */
type Mounting = {
  readonly volume: string;
  readonly mount: Mount | undefined;
  readonly bidirectional: boolean;
};

function mountOf(json: Json, _index: number, readOnlyVolumes: readonly string[]): Mounting {
  const object = objectOf(json);
  const path = field(object, 'mountPath', mountPathOf);
  const volume = textOf(object.name) ?? '';
  const readOnly = object.readOnly === true || readOnlyVolumes.includes(volume);
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
  if (value == null) return NOTHING_SAID;
  const security = objectOf(value);
  return {
    readOnlyRootFilesystem: field(security, 'readOnlyRootFilesystem', optionalBoolean),
    privileged: field(security, 'privileged', optionalBoolean) === true,
    allowPrivilegeEscalation: field(security, 'allowPrivilegeEscalation', optionalBoolean),
    addedCapabilities: field(security, 'capabilities', addedCapabilitiesOf),
    procMount: textOf(security.procMount),
  };
}

const NOTHING_SAID: ContainerSecurity = {
  readOnlyRootFilesystem: undefined,
  privileged: false,
  allowPrivilegeEscalation: undefined,
  addedCapabilities: [],
  procMount: undefined,
};

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

const NO_FIELDS: JsonObject = {};

function optionalObject(value: unknown): JsonObject {
  return value == null ? NO_FIELDS : objectOf(value);
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
