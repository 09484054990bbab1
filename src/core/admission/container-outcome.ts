import type { CatalogMatch } from '../catalog/lookup.ts';
import type { ImageFacts } from '../catalog/profile.ts';
import type { ContainerPath } from '../container-path.ts';
import { parseImage } from '../image/reference.ts';
import type { Container, Pod } from '../pod/pod.ts';
import type { PodWishes } from '../policy/pod-annotations.ts';
import type { ContainerOutcome, SkipReason } from './decision.ts';
import { mountPlan, NOT_MOUNTED, type PathNotMounted, type WantedPath } from './mount-plan.ts';
import { rootForbidden } from './seed.ts';
import type { AdmissionRequest, World } from './world.ts';

export type ContainerContext = {
  readonly pod: Pod;
  readonly wishes: PodWishes;
  readonly request: AdmissionRequest;
  readonly world: World;
};

/** May this container be hardened, and how: the first line that speaks of it decides. */
export function containerOutcome(container: Container, context: ContainerContext): ContainerOutcome {
  const { wishes, request, world } = context;
  if (container.list === 'ephemeralContainers') return leftAlone('ephemeral-container');
  if (wishes.exempt) return leftAlone('exempt-pod');
  if (wishes.exemptContainers.has(container.name)) return leftAlone('exempt-container');
  if (container.security.readOnlyRootFilesystem === false && request.policy.explicitFalse !== 'override') {
    return leftAlone('explicit-false');
  }

  const parsed = parseImage(container.image);
  if (parsed.kind === 'malformed') return leftAlone('malformed-image', parsed.problem);
  const match = world.catalog.lookup(parsed.image, request.namespace, request.now);
  if (match.kind === 'exempt') return leftAlone('exempt-profile', match.profile.reason);

  const named = wishes.writablePaths.get(container.name) ?? [];
  const { unknownImages } = request.policy;
  if (
    match.kind === 'unknown' &&
    (unknownImages === 'deny' || (unknownImages === 'leave' && named.length === 0))
  ) {
    return leftAlone('unknown-image', container.image);
  }
  return hardened(container, match, named, context);
}

function leftAlone(reason: SkipReason, because = ''): ContainerOutcome {
  return { kind: 'left-alone', reason, because };
}

function hardened(
  container: Container,
  match: Exclude<CatalogMatch, { kind: 'exempt' }>,
  named: readonly ContainerPath[],
  { pod, request, world }: ContainerContext,
): ContainerOutcome {
  const known = match.kind === 'harden' ? match : UNKNOWN_IMAGE;
  const scratch =
    match.kind === 'unknown' && request.policy.unknownImages === 'scratch' ? GENERIC_SCRATCH : [];
  const plan = mountPlan({
    container,
    paths: [...named.map(namedByPod), ...known.paths, ...scratch],
    env: known.env,
    facts: known.facts,
    runtime: world.settings.runtime,
    dataPaths: request.policy.dataPaths,
    rootForbidden: rootForbidden(container, pod),
  });
  const obstacle = plan.notMounted.find(({ reason }) => !NOT_MOUNTED[reason].hardens);
  if (obstacle) return leftAlone(SKIPPED_BY[obstacle.reason] ?? 'path-blocked', sentenceFor(obstacle));
  return { kind: 'hardened', profiles: known.profiles, facts: known.facts, plan };
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
const UNKNOWN_IMAGE = { profiles: [], paths: [], env: [], facts: NO_FACTS } as const;

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
