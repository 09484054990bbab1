import type { ImageFacts } from '../catalog/profile.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Container, Pod } from '../pod/pod.ts';
import { freeName } from './volume-name.ts';
import type { RuntimeFacts } from './world.ts';

/**
 * How the files that an image has at a path get into the volume that will hide them: copied by a helper from
 * the image itself, mounted read-only as an image volume (KEP-4639), or by the image with its own `cp`.
 */
export type SeedWay = 'image-volume' | 'own-image';

type SeedWayInput = {
  readonly facts: ImageFacts;
  readonly runtime: RuntimeFacts;
  readonly rootForbidden: boolean;
};

/**
 * A helper that may not be root cannot keep owners, while the image's own user can at least write what it
 * copied: so where root is forbidden, the image copies for itself if it can.
 */
export function seedWay({ facts, runtime, rootForbidden }: SeedWayInput): SeedWay | undefined {
  if (runtime.seedImage !== undefined && !(rootForbidden && facts.shell)) return 'image-volume';
  return facts.shell ? 'own-image' : undefined;
}

/** True where a container may not run as root and names no user: which one it runs as, only its image knows. */
export function rootForbidden(container: Container, pod: Pod): boolean {
  const own = container.json.securityContext;
  const shared = isObject(pod.json.spec) ? pod.json.spec.securityContext : undefined;
  if ((fieldOf(own, 'runAsNonRoot') ?? fieldOf(shared, 'runAsNonRoot')) !== true) return false;
  return (fieldOf(own, 'runAsUser') ?? fieldOf(shared, 'runAsUser')) == null;
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

/** Where the copy lands within its volume: the container mounts this subPath, complete or not there at all. */
export const SEEDED_SUB_PATH = 'content';

export type SeededVolume = { readonly volume: string; readonly path: string };

export type Seeding = {
  readonly name: string;
  readonly container: Container;
  readonly volumes: readonly SeededVolume[];
  /**
   * The helper image and the image volume it copies from; absent where the image copies for itself.
   */
  readonly helper?: { readonly image: string; readonly imageVolume: string; readonly rootForbidden: boolean };
};

export const SEED_PREFIX = 'rootlock-seed-';

/** The name of the init container that fills a container's volumes, different from every name in `taken`. */
export function seedContainerName(container: string, taken: ReadonlySet<string>): string {
  return freeName(`${SEED_PREFIX}${container}`, taken);
}

/** True for an init container of ours, which is not to be hardened once more: it is read-only, and fills a volume. */
export function isSeedContainer({ list, name, security, mounts }: Container): boolean {
  if (list !== 'initContainers' || !name.startsWith(SEED_PREFIX)) return false;
  return (
    security.readOnlyRootFilesystem === true && mounts.some(({ path }) => path.startsWith(`${TARGET_ROOT}/`))
  );
}

/** The init container that fills the volumes of one container before the pod's own init containers run. */
export function seedContainer({ name, container, volumes, helper }: Seeding): JsonObject {
  const root = helper ? IMAGE_ROOT : '';
  const args = volumes.flatMap(({ path }, index) => [`${root}${path}`, `${TARGET_ROOT}/${index}`]);
  const resources = resourcesFor(container.json.resources);
  const pullPolicy = helper ? undefined : container.json.imagePullPolicy;
  return {
    name,
    image: helper?.image ?? container.image,
    ...(pullPolicy != null && { imagePullPolicy: pullPolicy }),
    command: ['sh', '-c', seedScript(helper), 'rootlock-seed', root, TERMINATION_MESSAGE, ...args],
    securityContext: securityContextFor(container.json.securityContext, helper?.rootForbidden ?? false),
    ...(resources && { resources }),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    volumeMounts: [
      ...(helper ? [{ name: helper.imageVolume, mountPath: IMAGE_ROOT, readOnly: true }] : []),
      ...volumes.map(({ volume }, index) => ({ name: volume, mountPath: `${TARGET_ROOT}/${index}` })),
    ],
  };
}

export const IMAGE_ROOT = '/rootlock/image';
/** Where Kubernetes reads a container's last words (terminationMessagePath). */
const TERMINATION_MESSAGE = '/dev/termination-log';
const TARGET_ROOT = '/rootlock/volumes';

/**
 * Copies each directory under a temporary name and renames it, so that a copy is complete or absent, and never
 * made twice. Where owners cannot be kept (no CAP_CHOWN), the files alone are copied; where the helper is a user
 * that the container is not, they are opened up, for the container could not write them otherwise.
 */
function seedScript(helper: Seeding['helper']): string {
  return `set -eu
clear() {
  if [ -d "$1" ] && [ ! -L "$1" ]; then chmod -R u+rwX "$1"; fi
  rm -rf "$1"
}
copy() {
  clear "$2"; if cp -a "$1" "$2"; then return; fi
  clear "$2"; if cp -R "$1" "$2"; then return; fi
  ${helper ? 'return 1' : AROUND_UNREADABLE}
}
root=$1 report=$2; shift 2
while [ $# -ge 2 ]; do
  from=$1 to=$2; shift 2
  if [ -e "$to/${SEEDED_SUB_PATH}" ]; then continue; fi
  if [ -d "$from" ]; then copy "$from/." "$to/copying" || exit 1
  else clear "$to/copying"; mkdir "$to/copying"; chmod 0777 "$to/copying"
  fi${helper?.rootForbidden ? '\n  chmod -R a+rwX "$to/copying"' : ''}
  mv "$to/copying" "$to/${SEEDED_SUB_PATH}"
done
${report(helper === undefined)}`;
}

/**
 * Its last words are the directories, with their sizes in KiB, that the image gives to a user of its own, or, where the
 * copier is not root, to that user, or to all; then those that are empty, named for what changes, or those of a program
 * below /var/cache, /var/log and /var/spool, where programs and sites keep that; and the directory in which the image starts
 * its program. The healer reads them (core/healing/own-directories.ts). Nothing depends on them.
 */
const report = (
  ownImage: boolean,
) => `if [ "$(id -u)" = 0 ]; then own="! -user 0" any=; else own="-user $(id -u)" any=$own; fi
{
  find "$root/" -xdev -path "$root/usr" -prune -o -type d "(" $own -o -perm -2 ")" -exec du -skx {} \\; -prune || :
  for each in app code data opt srv usr/src var/cache var/lib var/log var/opt var/spool var/www; do
    if [ ! -d "$root/$each" ]; then continue; fi
    find "$root/$each/" -xdev -mindepth 1 "(" -name node_modules -o -name ".*" ")" -prune -o -type d $any "(" -empty -o -name cache \\
      -o -name data -o -name db -o -name log -o -name logs -o -name sessions -o -name state -o -name storage -o -name tmp \\
      -o -name "upload*" -o -name var -o -path "$root/var/cache/*" -o -path "$root/var/log/*" -o -path "$root/var/spool/*" ")" \\
      -exec du -skx {} \\; -prune || :
  done${ownImage ? '\n  echo "in $(pwd)"' : ''}
} > "$report" 2> /dev/null || :`;

/**
 * An image that copies for itself does so as the container's own user, with its rights: what is not to be read now, the
 * container could not read either. Such a file or directory is made empty, and closed to that user as before. All else
 * is copied, or the copy has failed.
 */
const AROUND_UNREADABLE = `if [ -L "$1" ] || { [ ! -d "$1" ] && [ -r "$1" ]; }; then return 1; fi
  clear "$2"
  if [ ! -d "$1" ]; then (umask 777; : > "$2"); return; fi
  mkdir "$2"
  if [ ! -r "$1" ] || [ ! -x "$1" ]; then chmod 0 "$2"; return; fi
  for each in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if [ -e "$each" ] || [ -L "$each" ]; then copy "$each" "$2/\${each##*/}" || return 1; fi
  done
  chmod "$(stat -c %a "$1")" "$2"`;

/** No more rights than the container has, so that its Pod Security level holds for the copying as well. */
function securityContextFor(value: Json | undefined, unnamedUser: boolean): JsonObject {
  const { privileged, procMount, ...kept } = isObject(value) ? value : {};
  return { ...kept, ...(unnamedUser && { runAsUser: HELPER_USER }), readOnlyRootFilesystem: true };
}

/** The user `nonroot` of distroless images; any but root would do. */
const HELPER_USER = 65532;

/**
 * The container's own requests and limits: a quota that wants them is satisfied, and the pod needs no more than
 * before, since init containers run one at a time (Kubernetes docs, "Resource sharing within containers").
 */
function resourcesFor(value: Json | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const requests = computeOnly(value.requests);
  const limits = computeOnly(value.limits);
  return requests || limits ? { ...(requests && { requests }), ...(limits && { limits }) } : undefined;
}

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

function computeOnly(value: Json | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const kept = Object.entries(value).filter(([name]) => COMPUTE.includes(name));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
