import type { Profile, ProfilePath } from '../../../src/core/catalog/profile.ts';
import { parseContainerPath } from '../../../src/core/container-path.ts';

/** A cluster profile for nginx by a person, with what the test is about. */
export function profileWith(given: Partial<Profile> = {}): Profile {
  return {
    name: 'nginx',
    generation: 1,
    source: 'person',
    image: { repository: 'nginx', digests: [] },
    action: 'Harden',
    reason: '',
    strategy: 'Merge',
    paths: [],
    env: [],
    facts: {},
    ...given,
  };
}

export function pathWith(text: string, given: Partial<ProfilePath> = {}): ProfilePath {
  const path = parseContainerPath(text);
  if (path === undefined) throw new Error(`${text} is no container path`);
  return { path, medium: '', content: 'Empty', class: 'Scratch', description: '', ...given };
}
