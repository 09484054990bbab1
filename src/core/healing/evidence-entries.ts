import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, isWithin, realPath } from '../container-path.ts';
import type { PathlessEvidence, WriteEvidence } from '../learning/evidence.ts';
import type { PathEvidence } from './learned-status.ts';
import { timestamp } from './memory.ts';
import type { Patient } from './patient.ts';

/**
 * Why each path of a learned profile is there: what is in the status already, and what the logs that were read tell.
 * A path of which no log tells anything any more keeps what is known of it.
 */
export function evidenceEntries(
  paths: readonly Pick<ProfilePath, 'path'>[],
  known: readonly PathEvidence[],
  patients: readonly Patient[],
  now: number,
): readonly PathEvidence[] {
  const looked = patients.filter(({ record }) => record !== undefined).length;
  return paths.flatMap(({ path }) => {
    const seen = patients.flatMap((patient) => sightingOf(path, paths, patient) ?? []);
    const before = known.find((each) => each.path === path);
    const [first] = seen;
    if (first === undefined) return before ?? [];
    // No write for each reading: only what shows in more containers than before is news.
    if (before !== undefined && before.containers >= seen.length) return before;
    return {
      path,
      from: 'Log',
      containers: seen.length,
      of: Math.max(looked, seen.length),
      first: before?.first ?? timestamp(now),
      last: timestamp(now),
      sample: before?.sample ?? first.line,
    };
  });
}

/** What a container logged about a path, surer lines first. */
function sightingOf(
  path: ContainerPath,
  paths: readonly Pick<ProfilePath, 'path'>[],
  { evidence }: Patient,
): WriteEvidence | PathlessEvidence | undefined {
  const writes = evidence.flatMap((one) => (one.kind === 'write' ? one : []));
  const named = writes.filter(
    (one) => innermost(one.path, paths) === path || innermost(one.directory, paths) === path,
  );
  const [sure] = named.toSorted((one, other) => rank(one) - rank(other));
  return (
    sure ??
    (evidence.find((one) => one.kind === 'pathless' && one.candidates.includes(path)) as
      | PathlessEvidence
      | undefined)
  );
}

function rank({ strength }: WriteEvidence): number {
  return strength === 'named' ? 0 : 1;
}

function innermost(
  path: ContainerPath,
  paths: readonly Pick<ProfilePath, 'path'>[],
): ContainerPath | undefined {
  return paths
    .map((each) => each.path)
    .filter((each) => isWithin(realPath(path), realPath(each)))
    .toSorted((one, other) => other.length - one.length)[0];
}
