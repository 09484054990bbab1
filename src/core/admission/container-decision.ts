import type { CatalogMatch } from '../catalog/lookup.ts';
import type { ImageFacts } from '../catalog/profile.ts';
import type { ContainerPath } from '../container-path.ts';
import { parseImage } from '../image/reference.ts';
import { remembering } from '../memo.ts';
import type { Container, Pod } from '../pod/pod.ts';
import type { PodWishes } from '../policy/pod-annotations.ts';
import type { ContainerDecision, SkipReason } from './decision.ts';
import { hardeningFor, type KnownImage, usualHardening } from './hardening.ts';
import { NOT_MOUNTED, type PathNotMounted, type WantedPath } from './mount-plan.ts';
import { rootForbidden } from './seed.ts';
import type { AdmissionRequest, World } from './world.ts';

export type ContainerContext = {
  readonly pod: Pod;
  readonly wishes: PodWishes;
  readonly request: AdmissionRequest;
  readonly world: World;
};

/** May this container be hardened, and how: the first line that speaks of it decides. */
export function containerDecision(container: Container, context: ContainerContext): ContainerDecision {
  const { pod, wishes, request, world } = context;
  if (container.list === 'ephemeralContainers') return leftAlone(container, 'ephemeral-container');
  if (wishes.exempt) return leftAlone(container, 'exempt-pod');
  if (wishes.exemptContainers.has(container.name)) return leftAlone(container, 'exempt-container');
  if (container.security.readOnlyRootFilesystem === false && request.policy.explicitFalse !== 'override') {
    return leftAlone(container, 'explicit-false');
  }

  const parsed = recallImage(container.image);
  if (parsed.kind === 'malformed') return leftAlone(container, 'malformed-image', parsed.problem);
  const match = world.catalog.lookup(parsed.image, request.namespace, request.now);
  if (match.kind === 'exempt') return leftAlone(container, 'exempt-profile', match.profile.reason);

  const named = wishes.writablePaths.get(container.name) ?? NONE;
  if (match.kind === 'unknown') {
    const { unknownImages } = request.policy;
    if (unknownImages === 'deny' || (unknownImages === 'leave' && named.length === 0))
      return leftAlone(container, 'unknown-image', container.image);
    // One that fails may have failed for good: a Job has few tries, and half of its work may be done.
    if (pod.runsToEnd && named.length === 0) return leftAlone(container, 'untried-image', container.image);
  }
  return hardened(container, match, named, context);
}

/** Pods are made of the same images again and again, and to parse one costs as much as to plan its mounts. */
const recallImage = remembering(parseImage);

const NONE: readonly never[] = [];

function leftAlone(container: Container, reason: SkipReason, because = ''): ContainerDecision {
  return { kind: 'left-alone', container, reason, because };
}

function hardened(
  container: Container,
  match: Exclude<CatalogMatch, { kind: 'exempt' }>,
  named: readonly ContainerPath[],
  { pod, request, world }: ContainerContext,
): ContainerDecision {
  const known = match.kind === 'harden' ? match : UNKNOWN_IMAGE;
  const scratch =
    match.kind === 'unknown' && request.policy.unknownImages === 'scratch' ? GENERIC_SCRATCH : NONE;
  const around = {
    container,
    runtime: world.settings.runtime,
    dataPaths: request.policy.dataPaths,
    rootForbidden: rootForbidden(container, pod),
  };
  const hardening =
    named.length === 0 && scratch.length === 0
      ? usualHardening(known, around)
      : hardeningFor({ ...known, paths: [...named.map(namedByPod), ...known.paths, ...scratch] }, around);
  const obstacle = hardening.plan.notMounted.find(({ reason }) => !NOT_MOUNTED[reason].hardens);
  if (obstacle) {
    return leftAlone(container, SKIPPED_BY[obstacle.reason] ?? 'path-blocked', sentenceFor(obstacle));
  }
  return { kind: 'hardened', container, ...hardening };
}

const SKIPPED_BY: Partial<Record<PathNotMounted['reason'], SkipReason>> = {
  blocked: 'path-blocked',
  'no-way-to-copy': 'no-way-to-copy',
  'needs-approval': 'needs-approval',
};

function sentenceFor({ path, reason, advice }: PathNotMounted): string {
  return `${path}: ${NOT_MOUNTED[reason].text}${advice ? `; ${advice}` : ''}`;
}

const NO_FACTS: ImageFacts = { volumes: [], shell: true, separateVarRun: false };
const UNKNOWN_IMAGE: KnownImage = { profiles: [], paths: [], env: [], facts: NO_FACTS };

/** What nearly every program may write to, and no image ships files in (`unknown-images: scratch`). */
const GENERIC_SCRATCH: readonly WantedPath[] = [
  scratchPath('/tmp', 'temporary files'),
  scratchPath('/var/tmp', 'temporary files that outlive a restart'),
  scratchPath('/run', 'process ids and sockets'),
];

function namedByPod(path: ContainerPath): WantedPath {
  return scratchPath(path, 'named by the pod annotation rootlock.dev/writable-paths');
}

function scratchPath(path: string, description: string): WantedPath {
  return { path: path as ContainerPath, medium: '', content: 'Empty', class: 'Scratch', description };
}
