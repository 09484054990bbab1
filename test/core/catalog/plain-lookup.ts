import type { CatalogMatch, Mirror } from '../../../src/core/catalog/lookup.ts';
import type { Profile, ProfilePath } from '../../../src/core/catalog/profile.ts';
import type { ImageReference } from '../../../src/core/image/reference.ts';
import { PATTERNS } from './any-catalog.ts';
import { plainlyMatches } from './plain-glob.ts';

/** The catalog by its definition: tries every profile, with nothing of ours but its types. */
export function plainLookup(question: {
  readonly profiles: readonly Profile[];
  readonly mirrors: readonly Mirror[];
  readonly namespacedExemptions: boolean;
  readonly image: ImageReference;
  readonly namespace: string;
  readonly now: number;
}): CatalogMatch {
  const { image, now } = question;
  const names = [image.repository, ...mirroredNames(image.repository, question.mirrors)];
  const ranked = question.profiles
    .filter((profile) => profile.namespace === undefined || profile.namespace === question.namespace)
    .filter(({ expires }) => expires === undefined || now < expires)
    .filter(
      ({ action, namespace, source }) =>
        question.namespacedExemptions ||
        action !== 'Exempt' ||
        namespace === undefined ||
        source === 'learned',
    )
    .flatMap((profile) => {
      const place = names.findIndex((name) => plainlyMatches(PATTERNS[profile.image.repository] ?? '', name));
      const hit = place < 0 ? undefined : selected(profile, image);
      return hit === undefined ? [] : [{ profile, keys: keysOf(profile, hit, place) }];
    })
    .toSorted((one, other) => compareKeys(one.keys, other.keys));
  return merged(ranked.map(({ profile }) => profile));
}

function mirroredNames(repository: string, own: readonly Mirror[]): readonly string[] {
  const mirrors = [...own, { prefix: 'mirror.gcr.io', target: 'docker.io' }];
  return mirrors.flatMap(({ prefix, target }) =>
    repository.startsWith(`${prefix}/`) ? [repository.replace(prefix, target)] : [],
  );
}

/** By hand for the few selectors and tags that any-catalog.ts has. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  '>=1.19': ['none', '1.27-alpine', '2.0', 'latest'],
  '<2': ['1.18', '1.27-alpine'],
  '*-alpine': ['1.27-alpine'],
  latest: ['none', 'latest'],
};

type Hit = { readonly digest: boolean; readonly tag: boolean };

function selected({ image: { tags, digests } }: Profile, image: ImageReference): Hit | undefined {
  const digest = digests.some((listed) => listed === image.digest);
  const tag = tags !== undefined && TAGS[tags]?.includes(image.tag ?? 'none') === true;
  if (digest || tag) return { digest, tag };
  return tags === undefined && digests.length === 0 ? { digest, tag } : undefined;
}

function keysOf(profile: Profile, { digest, tag }: Hit, place: number): readonly (string | number)[] {
  return [
    profile.namespace === undefined ? 1 : 0,
    { person: 0, learned: 1, builtin: 2 }[profile.source],
    digest ? 0 : 1,
    tag ? 0 : 1,
    profile.image.repository.includes('*') ? 1 : 0,
    place,
    profile.name,
  ];
}

function compareKeys(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, key] of one.entries()) {
    const against = other[index] ?? '';
    if (key !== against) return key < against ? -1 : 1;
  }
  return 0;
}

function merged(chain: readonly Profile[]): CatalogMatch {
  const [first] = chain;
  if (first === undefined) return { kind: 'unknown' };
  if (first.action === 'Exempt') return { kind: 'exempt', profile: first };
  const profiles: Profile[] = [];
  for (const profile of chain) {
    if (profile.action === 'Exempt') continue;
    profiles.push(profile);
    if (profile.strategy === 'Replace') break;
  }
  const separate =
    profiles.map(({ facts }) => facts.separateVarRun).find((stated) => stated !== undefined) ?? false;
  return {
    kind: 'harden',
    profiles,
    paths: firsts(
      profiles.flatMap((from) => from.paths.map((path) => ({ ...path, from }))),
      (path) => (separate ? path.path : directoryOf(path)),
    ),
    env: firsts(
      profiles.flatMap(({ env }) => env),
      ({ name }) => name,
    ),
    facts: {
      volumes: firsts(
        profiles.flatMap(({ facts }) => facts.volumes ?? []),
        (volume) => volume,
      ),
      shell: profiles.map(({ facts }) => facts.shell).find((stated) => stated !== undefined) ?? true,
      separateVarRun: separate,
    },
  };
}

function directoryOf({ path }: ProfilePath): string {
  return path.replace(/^\/var\/run(?=\/|$)/, '/run').replace(/^\/var\/lock(?=\/|$)/, '/run/lock');
}

function firsts<T>(all: readonly T[], key: (one: T) => string): readonly T[] {
  return all.filter((one, index) => all.findIndex((other) => key(other) === key(one)) === index);
}
