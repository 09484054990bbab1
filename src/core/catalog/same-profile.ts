import type { Profile } from './profile.ts';

/** Whether two profiles say the same of the same images, whatever order they say it in, and whoever says it. */
export function sameContent(one: Profile, other: Profile): boolean {
  return contentOf(one) === contentOf(other);
}

/** A text that is the same for profiles that say the same. */
function contentOf(profile: Profile): string {
  const { image, action, reason, expires, strategy, paths, env, facts } = profile;
  return JSON.stringify([
    image.repository,
    image.tags,
    image.digests.toSorted(),
    action,
    reason,
    expires,
    strategy,
    paths.map((path) => JSON.stringify(sorted(path))).toSorted(),
    env.map(({ name, value }) => `${name}=${value}`).toSorted(),
    facts.volumes?.toSorted(),
    facts.shell,
    facts.separateVarRun,
  ]);
}

function sorted(fields: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1));
}
