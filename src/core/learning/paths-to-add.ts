import { type ContainerPath, realPath } from '../container-path.ts';
import { collapsed } from './collapse.ts';
import type { ContainerFacts, PathToAdd } from './container-facts.ts';
import type { Evidence, PathlessEvidence, WriteEvidence } from './evidence.ts';
import { INFERRED_PATTERNS } from './inferred-patterns.ts';
import {
  isWithinAny,
  NOT_ABOUT_ROOT,
  type NotAboutRootReason,
  outsideRoot,
  projectedVolume,
} from './not-about-root.ts';
import { notMountable } from './not-mountable.ts';

export type PathNotAdded = {
  readonly path: ContainerPath;
  /** A sentence whose subject is the path. */
  readonly because: string;
  readonly evidence: Evidence;
};

export type PathsToAdd = {
  /** Directories to mount, at most 32 with those that are mounted already. */
  readonly add: readonly PathToAdd[];
  /** Failures on volumes, on the kernel's file systems, or where the root is writable. */
  readonly notAboutRoot: readonly PathNotAdded[];
  /** What would have to be mounted and must not be, with what to do instead. */
  readonly blocked: readonly PathNotAdded[];
  /** What may be missing, less sure than what is added: to be tried when nothing better is left. */
  readonly weak: readonly PathToAdd[];
};

/** A profile that is learned from logs has no more paths (DESIGN, section 5). */
export const MOST_PATHS = 32;

/** What the evidence of one container says has to be mounted in it. */
export function pathsToAdd(evidence: readonly Evidence[], known: ContainerFacts): PathsToAdd {
  const facts = { ...known, mounts: [...known.mounts, ...projectedVolumes(evidence)] };
  const judged = evidence.flatMap((one) => judge(one, facts));
  const wanted = SURENESS.map((sureness) => wantedWith(sureness, judged));
  const best = wanted.findIndex((paths) => paths.length > 0);
  const usable = best === 0 || (best > 0 && facts.failing) ? (wanted[best] ?? []) : [];
  const { kept, beyond } = capped(collapsed(usable, facts), facts);
  const rest = wanted.slice(usable.length > 0 ? best + 1 : 0).flat();
  return {
    add: kept,
    notAboutRoot: notAdded(judged, 'not-about-root'),
    blocked: [...notAdded(judged, 'blocked'), ...beyond],
    weak: distinct(rest).filter(
      ({ path }) =>
        !isWithinAny(
          path,
          kept.map((one) => one.path),
        ),
    ),
  };
}

/** Where the log itself tells of the kubelet's `..data`: a configMap, a secret or the like is mounted there. */
function projectedVolumes(evidence: readonly Evidence[]): ContainerPath[] {
  return evidence.flatMap((one) => (one.kind === 'not-about-root' ? (projectedVolume(one.path) ?? []) : []));
}

/** Believed in this order: a named path, an inferred one, EROFS without a path, what programs say of much else too. */
const SURENESS = ['named', 'inferred', 'pathless', 'doubtful'] as const;
type Sureness = (typeof SURENESS)[number];

type Judgement =
  | (PathToAdd & { readonly kind: 'wanted'; readonly sureness: Sureness })
  | (PathNotAdded & { readonly kind: 'not-about-root' | 'blocked' });

function judge(evidence: Evidence, facts: ContainerFacts): Judgement[] {
  switch (evidence.kind) {
    case 'mount-trouble':
      return [];
    case 'not-about-root':
      return [
        { kind: 'not-about-root', path: evidence.path, because: NOT_ABOUT_ROOT[evidence.because], evidence },
      ];
    case 'root-level-file': {
      const { path, advice } = evidence;
      return [outside(evidence, path, facts) ?? { kind: 'blocked', path, because: advice, evidence }];
    }
    case 'write':
      return [outside(evidence, evidence.path, facts) ?? judgeDirectory(evidence)];
    case 'pathless':
      return judgePathless(evidence, facts);
  }
}

function outside(evidence: Evidence, path: ContainerPath, facts: ContainerFacts): Judgement | undefined {
  const reason = notAboutRoot(path, facts);
  return reason && { kind: 'not-about-root', path, because: NOT_ABOUT_ROOT[reason], evidence };
}

function notAboutRoot(path: ContainerPath, facts: ContainerFacts): NotAboutRootReason | undefined {
  if (!facts.readOnlyRoot) return 'writable-root';
  if (isWithinAny(path, facts.ours)) return 'already-mounted';
  if (isWithinAny(path, facts.volumes ?? [])) return 'image-volume';
  return outsideRoot(path, facts.mounts);
}

function judgeDirectory(evidence: WriteEvidence): Judgement {
  const path = evidence.directory;
  const because = notMountable(path);
  if (because !== undefined) return { kind: 'blocked', path, because, evidence };
  const inferred = isDoubtful(evidence) ? 'doubtful' : 'inferred';
  return { kind: 'wanted', path, evidence, sureness: evidence.strength === 'named' ? 'named' : inferred };
}

/** The first place that is not writable yet: the next round tries the next. */
function judgePathless(evidence: PathlessEvidence, facts: ContainerFacts): Judgement[] {
  const path = evidence.candidates.find(
    (place) => notAboutRoot(place, facts) === undefined && notMountable(place) === undefined,
  );
  if (path === undefined) return [];
  return [{ kind: 'wanted', path, evidence, sureness: isDoubtful(evidence) ? 'doubtful' : 'pathless' }];
}

const DOUBTFUL = new Set(INFERRED_PATTERNS.flatMap(({ name, doubtful }) => (doubtful === true ? name : [])));

function isDoubtful({ shape }: WriteEvidence | PathlessEvidence): boolean {
  return DOUBTFUL.has(shape);
}

function wantedWith(sureness: Sureness, judged: readonly Judgement[]): PathToAdd[] {
  return distinct(judged.flatMap((one) => (one.kind === 'wanted' && one.sureness === sureness ? one : [])));
}

function distinct(wanted: readonly PathToAdd[]): PathToAdd[] {
  const first = new Map<ContainerPath, PathToAdd>();
  for (const { path, evidence } of wanted) {
    if (!first.has(realPath(path))) first.set(realPath(path), { path, evidence });
  }
  return [...first.values()];
}

function capped(wanted: readonly PathToAdd[], { ours }: ContainerFacts) {
  const room = Math.max(0, MOST_PATHS - ours.length);
  const because = `would be more than the ${MOST_PATHS} paths of a learned profile: mount a directory above them, or exempt the image`;
  return { kept: wanted.slice(0, room), beyond: wanted.slice(room).map((one) => ({ ...one, because })) };
}

function notAdded(judged: readonly Judgement[], kind: 'not-about-root' | 'blocked'): PathNotAdded[] {
  const first = new Map<ContainerPath, PathNotAdded>();
  for (const one of judged) {
    if (one.kind !== kind || first.has(one.path)) continue;
    first.set(one.path, { path: one.path, because: one.because, evidence: one.evidence });
  }
  return [...first.values()];
}
