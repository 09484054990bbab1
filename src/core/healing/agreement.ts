import type { Profile, ProfilePath } from '../catalog/profile.ts';
import { LIMITS } from '../catalog/profile-messages.ts';
import { API_VERSION, SOURCE_LABEL } from '../catalog/read-profile.ts';
import { realPath } from '../container-path.ts';
import { FIELD_MANAGERS } from '../field-managers.ts';
import type { JsonObject } from '../json.ts';
import { learnedName } from './learned-profile.ts';
import { isGuess } from './remedy.ts';

/** The name of the cluster profile that is made of what namespaces learned. */
export function agreedName(repository: string): string {
  return `learned-${learnedName(repository)}`.slice(0, 63).replace(/-$/, '');
}

/**
 * What so many namespaces have learned of one image independently of each other, most careful first: content is copied
 * where any of them copies it. Users' data are not among it, since each namespace has its own say about them, and
 * neither are guesses.
 */
export function agreedPaths(profiles: readonly Profile[], namespaces: number): readonly ProfilePath[] {
  const listed = profiles
    .filter(({ source, action }) => source === 'learned' && action === 'Harden')
    .flatMap(({ namespace, paths }) =>
      namespace === undefined ? [] : paths.map((path) => ({ namespace, path })),
    )
    .filter(({ path }) => !isGuess(path));
  const byDirectory = Map.groupBy(listed, ({ path }) => realPath(path.path));
  return [...byDirectory]
    .flatMap(([, same]) => {
      const [first] = same;
      const places = new Set(same.map(({ namespace }) => namespace)).size;
      const agreed = places >= namespaces && same.every(({ path }) => path.class === 'Scratch');
      if (first === undefined || !agreed) return [];
      const copied = same.some(({ path }) => path.content === 'Copy');
      const content: ProfilePath['content'] = copied ? 'Copy' : 'Empty';
      return [{ ...first.path, content, description: `learned in at least ${namespaces} namespaces` }];
    })
    .toSorted(byPath);
}

/**
 * What a cluster profile is to say: what it said before as well, since a namespace that learned it may be gone, and pods in
 * others run by it.
 */
export function withAgreed(
  known: Profile | undefined,
  agreed: readonly ProfilePath[],
): readonly ProfilePath[] {
  const before = known?.paths ?? [];
  const same = (one: ProfilePath) => (other: ProfilePath) => realPath(one.path) === realPath(other.path);
  const fresh = agreed.map((path): ProfilePath => {
    const copied = before.find(same(path))?.content === 'Copy';
    return copied ? { ...path, content: 'Copy' } : path;
  });
  return [...before.filter((path) => !agreed.some(same(path))), ...fresh]
    .slice(0, LIMITS.paths)
    .toSorted(byPath);
}

function byPath({ path: one }: ProfilePath, { path: other }: ProfilePath): number {
  return one < other ? -1 : 1;
}

/** As server-side apply takes it. */
export function agreedObject(repository: string, paths: readonly ProfilePath[]): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: 'ClusterWritablePathProfile',
    metadata: {
      name: agreedName(repository),
      labels: { [SOURCE_LABEL]: 'learned', 'app.kubernetes.io/managed-by': FIELD_MANAGERS.learner },
    },
    spec: {
      image: { repository },
      action: 'Harden',
      paths: paths.map(({ path, content, class: dataClass, description }) => ({
        path,
        content,
        class: dataClass,
        description,
      })),
    },
  };
}

/** Whether a cluster profile says as much already. */
export function saysAll(known: Profile | undefined, paths: readonly ProfilePath[]): boolean {
  return paths.every(({ path, content }) =>
    known?.paths.some(
      (each) =>
        realPath(each.path) === realPath(path) && (each.content === content || each.content === 'Copy'),
    ),
  );
}
