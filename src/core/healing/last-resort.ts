import type { ProfilePath } from '../catalog/profile.ts';
import { type ContainerPath, parseContainerPath, realPath } from '../container-path.ts';
import { isWithinAny } from '../learning/not-about-root.ts';
import { notMountable } from '../learning/not-mountable.ts';
import { dataClassOf } from './data-class.ts';
import { GUESSED, type Remedy } from './remedy.ts';
import { lastPart } from './same-program.ts';

export type LastResortInput = {
  readonly repository: string;
  readonly effective: readonly ProfilePath[];
  /** Where the pod itself mounts volumes. */
  readonly mounts: readonly ContainerPath[];
  readonly volumes: readonly ContainerPath[];
};

/** Where programs have a directory of their name for what they write (FHS 3.0, chapter 5). */
const TREES = ['/var/lib', '/var/log', '/var/cache', '/var/spool'];
/** Where mail is delivered to, and which a mail server does not name after itself: it would bounce everything for good. */
const MAIL = '/var/mail';

/**
 * What is tried, all at once, before an image is left unhardened: the content that our empty mounts may hide, and the
 * directories that are usually a program's own, by the names that it is known by. Nothing is hidden by them, since
 * their content is copied.
 */
export function lastResort(input: LastResortInput): readonly Remedy[] {
  const { effective, mounts, volumes } = input;
  const hiding = effective.filter(({ content, path }) => content === 'Empty' && !isWithinAny(path, mounts));
  const covered = [...effective.map(({ path }) => path), ...mounts, ...volumes];
  const guesses = ownDirectories(input).filter(
    (path) => !isWithinAny(path, covered) && notMountable(path) === undefined,
  );
  return [
    ...hiding.map(({ path }): Remedy => ({ kind: 'copy', path })),
    ...guesses.map((path): Remedy => ({ kind: 'mount', mount: guess(path, volumes) })),
  ];
}

function guess(path: ContainerPath, volumes: readonly ContainerPath[]): ProfilePath {
  return { path, medium: '', content: 'Copy', class: dataClassOf(path, volumes), description: GUESSED };
}

function ownDirectories({ repository, effective }: LastResortInput): readonly ContainerPath[] {
  const names = new Set([lastPart(repository), ...effective.flatMap(({ path }) => programName(path))]);
  const own = TREES.flatMap((tree) => [...names].map((name) => `${tree}/${name}`));
  return [...own, MAIL].flatMap((path) => parseContainerPath(path) ?? []);
}

/** `samba` of /var/log/samba, /run/samba. */
function programName(path: ContainerPath): readonly string[] {
  const name = /^\/(?:run|var\/(?:lib|log|cache|spool))\/([a-z][a-z0-9+-]+)/.exec(realPath(path))?.[1];
  return name === undefined || name === 'lock' ? [] : [name];
}
