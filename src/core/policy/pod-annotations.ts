import { checkMountPath } from '../catalog/path-rules.ts';
import { type ContainerPath, parseContainerPath, realPath } from '../container-path.ts';
import { type JsonObject, textOf } from '../json.ts';
import { PREFIX, quoted, unknownKeys } from './known-keys.ts';

/** What a pod asks for itself, where the installation allows that. */
export type PodWishes = {
  /** No container is hardened. */
  readonly exempt: boolean;
  /** Names of containers that are not hardened; each is in the pod. */
  readonly exemptContainers: ReadonlySet<string>;
  /** Container name -> paths it writes to, none of them blocked, no two the same directory. */
  readonly writablePaths: ReadonlyMap<string, readonly ContainerPath[]>;
  /** One sentence for each wish that cannot be granted, and what to write instead. */
  readonly problems: readonly string[];
};

export const EXEMPT = 'rootlock.dev/exempt';
export const EXEMPT_CONTAINERS = 'rootlock.dev/exempt-containers';
/** The container's name follows. */
const WRITABLE_PATHS = 'rootlock.dev/writable-paths.';
/** Written by the webhook, never a wish. */
const RECORD = 'rootlock.dev/hardened';

/** As many as a learned profile may have. */
const MAX_PATHS = 32;
const MAX_NAMES_TOLD = 5;

/** Reads the annotations of a pod that has these containers. Never throws; what is not understood is not granted. */
export function readPodAnnotations(annotations: JsonObject, containerNames: readonly string[]): PodWishes {
  if (!hasOurs(annotations)) return NO_WISHES;
  const problems: string[] = [];
  const exempt = readExempt(annotations, problems);
  const exemptContainers = readExemptContainers(annotations, containerNames, problems);
  const writablePaths = readWritablePaths(annotations, containerNames, problems);
  problems.push(
    ...unknownKeys(annotations, [EXEMPT, EXEMPT_CONTAINERS, `${WRITABLE_PATHS}<container>`], {
      what: 'annotation',
      isKnown: (key) => key === RECORD || key.startsWith(WRITABLE_PATHS),
    }),
  );
  return { exempt, exemptContainers, writablePaths, problems };
}

const NO_WISHES: PodWishes = {
  exempt: false,
  exemptContainers: new Set(),
  writablePaths: new Map(),
  problems: [],
};

function hasOurs(annotations: JsonObject): boolean {
  for (const key in annotations) if (key.startsWith(PREFIX)) return true;
  return false;
}

function readExempt(annotations: JsonObject, problems: string[]): boolean {
  if (!Object.hasOwn(annotations, EXEMPT)) return false;
  const value = annotations[EXEMPT];
  if (value !== 'true' && value !== 'false') {
    problems.push(
      `annotation ${EXEMPT} has the unknown value ${quoted(value)} and does nothing; write "true"`,
    );
  }
  return value === 'true';
}

function readExemptContainers(
  annotations: JsonObject,
  containerNames: readonly string[],
  problems: string[],
): ReadonlySet<string> {
  if (!Object.hasOwn(annotations, EXEMPT_CONTAINERS)) return new Set();
  const asked = new Set(listOf(annotations[EXEMPT_CONTAINERS]));
  const known = new Set(containerNames);
  const unknown = [...asked].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    problems.push(
      `annotation ${EXEMPT_CONTAINERS} names ${unknown.slice(0, MAX_NAMES_TOLD).map(quoted).join(', ')}, ` +
        `and the pod has only ${containerNames.join(', ')}`,
    );
  }
  return new Set([...asked].filter((name) => known.has(name)));
}

function readWritablePaths(
  annotations: JsonObject,
  containerNames: readonly string[],
  problems: string[],
): ReadonlyMap<string, readonly ContainerPath[]> {
  const paths = new Map<string, readonly ContainerPath[]>();
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(WRITABLE_PATHS)) continue;
    const container = key.slice(WRITABLE_PATHS.length);
    if (containerNames.includes(container)) paths.set(container, readPaths(key, annotations[key], problems));
    else
      problems.push(
        `annotation ${quoted(key)} names no container of the pod: write one of ${containerNames.join(', ')}`,
      );
  }
  return paths;
}

/** The service-account token lies below /var/run, so two names of one directory must not become two mounts. */
function readPaths(key: string, value: unknown, problems: string[]): readonly ContainerPath[] {
  const texts = listOf(value);
  if (texts.length > MAX_PATHS) {
    problems.push(
      `annotation ${key} names ${texts.length} paths, and only the first ${MAX_PATHS} count: ` +
        'name directories above them, or write a WritablePathProfile',
    );
  }
  const paths = new Map<ContainerPath, ContainerPath>();
  for (const text of texts.slice(0, MAX_PATHS)) {
    const path = readPath(key, text, problems);
    if (path !== undefined && !paths.has(realPath(path))) paths.set(realPath(path), path);
  }
  return [...paths.values()];
}

/** People write a slash at the end; otherwise an annotation's path is held to what a profile's is. */
function readPath(key: string, text: string, problems: string[]): ContainerPath | undefined {
  const checked = checkMountPath(parseContainerPath(text) ?? text);
  if (checked.kind === 'path') return checked.path;
  problems.push(`annotation ${key} names ${quoted(text)}, which ${checked.message}`);
  return undefined;
}

/** `a, b,` -> a, b. A value that is no text holds nothing: the API server refuses it anyway. */
function listOf(value: unknown): string[] {
  return (textOf(value) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
