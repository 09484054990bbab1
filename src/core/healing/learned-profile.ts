import { labelName } from '../admission/volume-name.ts';
import type { ProfilePath } from '../catalog/profile.ts';
import { API_VERSION, readProfile, SOURCE_LABEL } from '../catalog/read-profile.ts';
import { type ContainerPath, parseContainerPath, realPath } from '../container-path.ts';
import { FIELD_MANAGERS } from '../field-managers.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../json.ts';
import { type LearnedStatus, NO_STATUS, readLearnedStatus } from './learned-status.ts';
import { MEMORY_ANNOTATION, type Memory, memoryText, NO_MEMORY, readMemory } from './memory.ts';
import { parsedJson } from './parsed-json.ts';

/** What a namespace has learned of one image repository: a `WritablePathProfile`, as it is, or as it is to be. */
export type LearnedProfile = {
  readonly namespace: string;
  readonly name: string;
  /** With the registry, as images are looked up. */
  readonly repository: string;
  /** Absent where it has not been made yet. */
  readonly made?: { readonly uid: string; readonly resourceVersion: string; readonly generation: number };
  /** What we wrote: an apply that leaves a path out removes it. */
  readonly paths: readonly ProfilePath[];
  /** What people added to it, which stays theirs. */
  readonly others: readonly ProfilePath[];
  /** False once it has shown that the image has no `sh` or `cp`. */
  readonly shell: boolean;
  /** Where the copying of the image's content has failed: no mount is tried there again. */
  readonly uncopyable: readonly ContainerPath[];
  readonly memory: Memory;
  readonly status: LearnedStatus;
};

export const LEARNED_KIND = 'WritablePathProfile';
const UNCOPYABLE_ANNOTATION = 'rootlock.dev/uncopyable';

/** The profile of a repository about which nothing has been learned in a namespace. */
export function nothingLearned(namespace: string, repository: string): LearnedProfile {
  return {
    namespace,
    name: learnedName(repository),
    repository,
    paths: [],
    others: [],
    shell: true,
    uncopyable: [],
    memory: NO_MEMORY,
    status: NO_STATUS,
  };
}

/** `nginx`, `bitnami-redis`, `registry-example-com-mirror-nginx`: what people call the image. */
export function learnedName(repository: string): string {
  return labelName(repository.replace(/^docker\.io\/(library\/)?/, ''));
}

/**
 * Reads a learned profile from the object as the API server has it, with its managedFields. Undefined where the name
 * is another's: a person's profile, or a profile for another image.
 */
export function readLearned(json: JsonObject, repository: string): LearnedProfile | undefined {
  const read = readProfile(json);
  if (read.kind === 'malformed' || read.profile.source !== 'learned') return undefined;
  const { profile } = read;
  if (profile.image.repository !== repository || profile.namespace === undefined) return undefined;
  const metadata = isObject(json.metadata) ? json.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const own = ownPaths(metadata.managedFields);
  return {
    namespace: profile.namespace,
    name: profile.name,
    repository,
    made: {
      uid: textOf(metadata.uid) ?? '',
      resourceVersion: textOf(metadata.resourceVersion) ?? '',
      generation: profile.generation,
    },
    paths: profile.paths.filter(({ path }) => own.has(path)),
    others: profile.paths.filter(({ path }) => !own.has(path)),
    shell: profile.facts.shell ?? true,
    uncopyable: readUncopyable(annotations[UNCOPYABLE_ANNOTATION]),
    memory: readMemory(annotations[MEMORY_ANNOTATION]),
    status: readLearnedStatus(json.status),
  };
}

function readUncopyable(value: unknown): readonly ContainerPath[] {
  const json = parsedJson(textOf(value) ?? '');
  return isArray(json) ? json.flatMap((each) => parseContainerPath(textOf(each) ?? '') ?? []) : [];
}

/** The paths whose entries our applies own (Kubernetes docs, "Server-Side Apply": `k:{"path":"/x"}`). */
function ownPaths(managedFields: Json | undefined): ReadonlySet<string> {
  const entries = isArray(managedFields) ? managedFields.filter(isObject) : [];
  const ours = entries.filter(
    ({ manager, operation, subresource }) =>
      manager === FIELD_MANAGERS.learner && operation === 'Apply' && (subresource ?? '') === '',
  );
  return new Set(ours.flatMap(({ fieldsV1 }) => Object.keys(pathKeys(fieldsV1)).flatMap(pathOfKey)));
}

function pathKeys(fields: Json | undefined): JsonObject {
  const spec = isObject(fields) ? fields['f:spec'] : undefined;
  const paths = isObject(spec) ? spec['f:paths'] : undefined;
  return isObject(paths) ? paths : {};
}

function pathOfKey(key: string): readonly string[] {
  if (!key.startsWith('k:')) return [];
  const value: unknown = JSON.parse(key.slice(2));
  return isObject(value) && typeof value.path === 'string' ? [value.path] : [];
}

/** What is applied: all that we own of it, and nothing of others. */
export function learnedObject(learned: LearnedProfile): JsonObject {
  const { repository, paths, shell } = learned;
  return {
    apiVersion: API_VERSION,
    kind: LEARNED_KIND,
    metadata: learnedMetadata(learned, annotationsOf(learned)),
    spec: {
      image: { repository },
      action: 'Harden',
      paths: paths.map(pathObject),
      ...(!shell && { facts: { shell: false } }),
    },
  };
}

/** Of what the learner applies: to the object as it was read, and to no later one. */
export function learnedMetadata(
  {
    namespace,
    name,
    made,
  }: Pick<LearnedProfile, 'namespace' | 'name'> & {
    readonly made?: { readonly resourceVersion: string };
  },
  annotations: Readonly<Record<string, string>>,
): JsonObject {
  return {
    namespace,
    name,
    ...(made !== undefined && { resourceVersion: made.resourceVersion }),
    labels: { [SOURCE_LABEL]: 'learned', 'app.kubernetes.io/managed-by': FIELD_MANAGERS.learner },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function annotationsOf({ memory, uncopyable }: LearnedProfile): Record<string, string> {
  const text = memoryText(memory);
  return {
    ...(text !== undefined && { [MEMORY_ANNOTATION]: text }),
    ...(uncopyable.length > 0 && { [UNCOPYABLE_ANNOTATION]: JSON.stringify(uncopyable) }),
  };
}

function pathObject({
  path,
  medium,
  sizeLimit,
  content,
  class: dataClass,
  description,
}: ProfilePath): JsonObject {
  return {
    path,
    content,
    class: dataClass,
    ...(medium !== '' && { medium }),
    ...(sizeLimit !== undefined && { sizeLimit }),
    ...(description !== '' && { description }),
  };
}

/** Whether an apply would change nothing. */
export function sameLearned(one: LearnedProfile, other: LearnedProfile): boolean {
  return JSON.stringify(contentOf(one)) === JSON.stringify(contentOf(other));
}

function contentOf(learned: LearnedProfile): Json {
  return [learned.paths.map(pathObject), learned.shell, annotationsOf(learned)];
}

/** Ours and those of people: what the profile makes of the image, once it is written. */
export function allPaths({
  paths,
  others,
}: Pick<LearnedProfile, 'paths' | 'others'>): readonly ProfilePath[] {
  return [...paths, ...others];
}

export function lists(paths: readonly Pick<ProfilePath, 'path'>[], path: ContainerPath): boolean {
  return paths.some((each) => realPath(each.path) === realPath(path));
}
