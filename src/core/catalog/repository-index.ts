import { matchesGlob } from '../image/glob.ts';
import type { RepositoryPattern } from './repository-pattern.ts';

/** What is filed under the patterns that a repository matches, in no particular order, each once. */
export type RepositoryIndex<T> = (repository: string) => readonly T[];

export type Filed<T> = { readonly pattern: RepositoryPattern; readonly value: T };

/**
 * Files values by repository. Exact repositories are one Map; globs a tree of their segments. What a search
 * costs depends on the repository and on how alike the matching globs are, not on how many there are.
 */
export function indexByRepository<T>(filed: Iterable<Filed<T>>): RepositoryIndex<T> {
  const exact = new Map<string, T[]>();
  const globs = emptyNode<T>();
  for (const { pattern, value } of filed) {
    if (pattern.exact) listAt(exact, pattern.pattern).push(value);
    else nodeFor(globs, pattern.pattern).values.push(value);
  }
  return (repository) => {
    const named = exact.get(repository) ?? [];
    if (isLeaf(globs)) return named;
    return [...named, ...searchGlobs(globs, repository.split('/'))];
  };
}

/** What follows one segment: by a literal segment, by a glob within it, or by any number of segments. */
type Node<T> = {
  readonly values: T[];
  readonly literal: Map<string, Node<T>>;
  readonly within: SegmentGlobs<T>;
  across: Node<T> | undefined;
  /** After `**`: it takes every segment that follows. */
  readonly repeats: boolean;
};

/**
 * Globs of one segment, filed by what stands before the first star and after the last one: of many such as
 * `team-1-*`, `team-2-*` only those with the right ends are compared.
 */
type SegmentGlobs<T> = {
  readonly byEnds: Map<string, Map<string, Node<T>>>;
  /** The lengths of the ends that occur: few, however many globs there are. */
  readonly lengths: Map<string, readonly [before: number, after: number]>;
};

function emptyNode<T>({ repeats } = { repeats: false }): Node<T> {
  return {
    values: [],
    literal: new Map(),
    within: { byEnds: new Map(), lengths: new Map() },
    across: undefined,
    repeats,
  };
}

function isLeaf<T>({ literal, within, across }: Node<T>): boolean {
  return literal.size === 0 && within.byEnds.size === 0 && across === undefined;
}

function listAt<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function nodeFor<T>(root: Node<T>, pattern: string): Node<T> {
  return pattern.split('/').reduce((node, segment) => {
    if (segment === '**') {
      node.across ??= emptyNode({ repeats: true });
      return node.across;
    }
    return childAt(segment.includes('*') ? globsLike(node.within, segment) : node.literal, segment);
  }, root);
}

function childAt<T>(children: Map<string, Node<T>>, segment: string): Node<T> {
  const child = children.get(segment) ?? emptyNode<T>();
  children.set(segment, child);
  return child;
}

function globsLike<T>(within: SegmentGlobs<T>, glob: string): Map<string, Node<T>> {
  const before = glob.indexOf('*');
  const after = glob.length - glob.lastIndexOf('*') - 1;
  within.lengths.set(`${before},${after}`, [before, after]);
  const key = ends(glob, before, after);
  const alike = within.byEnds.get(key) ?? new Map<string, Node<T>>();
  within.byEnds.set(key, alike);
  return alike;
}

function ends(text: string, before: number, after: number): string {
  return `${text.slice(0, before)}*${text.slice(text.length - after)}`;
}

/** Walks the tree with all nodes at once that the segments so far lead to, so that no node is gone through twice. */
function searchGlobs<T>(root: Node<T>, segments: readonly string[]): readonly T[] {
  let reached = new Set<Node<T>>();
  arrive(reached, root);
  for (const segment of segments) {
    const next = new Set<Node<T>>();
    for (const node of reached) {
      if (node.repeats) arrive(next, node);
      arrive(next, node.literal.get(segment));
      for (const child of globbed(node.within, segment)) arrive(next, child);
    }
    reached = next;
  }
  return [...reached].flatMap(({ values }) => values);
}

/** Where `**` comes next it is arrived at as well, since it also stands for no segment. */
function arrive<T>(reached: Set<Node<T>>, node: Node<T> | undefined): void {
  if (node === undefined) return;
  reached.add(node);
  arrive(reached, node.across);
}

function* globbed<T>({ byEnds, lengths }: SegmentGlobs<T>, segment: string): Iterable<Node<T>> {
  for (const [before, after] of lengths.values()) {
    for (const [glob, node] of byEnds.get(ends(segment, before, after)) ?? []) {
      if (matchesGlob(glob, segment)) yield node;
    }
  }
}
