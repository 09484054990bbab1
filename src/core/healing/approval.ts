import type { ProfilePath } from '../catalog/profile.ts';
import { isWithin } from '../container-path.ts';
import { MOST_PATHS } from '../learning/paths-to-add.ts';
import type { NamespacePolicy } from '../policy/namespace-policy.ts';
import { allPaths, type LearnedProfile, lists } from './learned-profile.ts';
import type { Proposal } from './learned-status.ts';
import { isGuess } from './remedy.ts';

type Choices = Pick<NamespacePolicy, 'heal' | 'dataPaths'>;

/** Why a path may not be mounted before a person says so; undefined where it may. */
export function waitsFor(path: ProfilePath, { heal, dataPaths }: Choices): string | undefined {
  if (heal === 'propose') return 'the namespace says rootlock.dev/heal: propose';
  if (dataPaths === 'ask' && path.class === 'Data') {
    return "it may hold users' data, and the namespace says rootlock.dev/data-paths: ask";
  }
  return undefined;
}

/**
 * The profile as it may be written, and what waits: what is new in `after`, and what waited before. What a person has
 * said yes to, or no longer has to, waits no more, and what is mounted already need not be asked. Guesses are not
 * worth a question: they are left out.
 */
export function approved(
  before: LearnedProfile,
  after: LearnedProfile,
  { choices, effective }: { readonly choices: Choices; readonly effective: readonly ProfilePath[] },
): { readonly learned: LearnedProfile; readonly proposals: readonly Proposal[] } {
  const known = [...effective, ...allPaths(before)];
  // Where only data wait, what may be mounted may be given its content, too.
  const isNew = (path: ProfilePath) =>
    !known.some(
      (each) => each.path === path.path && (choices.heal !== 'propose' || each.content === path.content),
    );
  const waiting = after.paths.flatMap((path) => {
    const because = isNew(path) ? waitsFor(path, choices) : undefined;
    return because === undefined ? [] : [{ path, because }];
  });
  const held = new Set(waiting.map(({ path }) => path));
  const allowed = after.paths.filter((path) => !held.has(path));
  const kept = before.paths.filter(
    ({ path }) => waiting.some((each) => isWithin(path, each.path.path)) && !lists(allowed, path),
  );
  const released = before.status.proposals.filter(
    (proposal) => !lists(allPaths(after), proposal.path) && waitsFor(asPath(proposal), choices) === undefined,
  );
  const learned = { ...after, paths: [...allowed, ...kept, ...released.map(asPath)] };
  const proposals = [
    ...before.status.proposals.filter((each) => !waiting.some(({ path }) => path.path === each.path)),
    ...waiting.filter(({ path }) => !isGuess(path)).map(({ path, because }) => proposal(path, because)),
  ];
  return {
    learned,
    // A program that writes under ever new names would have the API server refuse the status.
    proposals: proposals
      .filter(({ path }) => !lists(allPaths(learned), path) || isKept(path, kept))
      .slice(0, MOST_PATHS),
  };
}

/** A path that is mounted, of which another content is proposed. */
function isKept(path: string, kept: readonly ProfilePath[]): boolean {
  return kept.some((each) => each.path === path);
}

function proposal({ path, content, class: dataClass, description }: ProfilePath, because: string): Proposal {
  return { path, content, class: dataClass, because: `${description}; ${because}`.slice(0, 1000) };
}

function asPath({ path, content, class: dataClass, because }: Proposal): ProfilePath {
  return { path, medium: '', content, class: dataClass, description: because.replace(/; .*$/s, '') };
}
