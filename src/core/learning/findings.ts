import type { Evidence } from './evidence.ts';

export type Finding = {
  readonly evidence: Evidence;
  /** The number of the line. */
  readonly index: number;
};

/** At most so many of each sort, so that none crowds out another: the log is its writer's text. */
const MOST_OF_A_SORT = { named: 128, inferred: 32, pathless: 16, 'mount-trouble': 48, 'not-about-root': 32 };
/** `chown -R` names every file: of one directory, a few are enough. */
const MOST_OF_A_DIRECTORY = 8;
/** One failure often logs several lines; of these, one with the path is enough. */
const SAME_FAILURE = 6;

/** Gathers what a log tells, line by line: each thing once, in order, bounded. */
export function findings() {
  const kept = new Map<string, Finding>();
  const counts = new Map<string, number>();
  const named: number[] = [];

  const hasRoom = (counter: string, most: number) => (counts.get(counter) ?? 0) < most;
  const isNamedBefore = (index: number) => index - (named.at(-1) ?? Number.NEGATIVE_INFINITY) <= SAME_FAILURE;
  const isNamedAfter = (index: number) => named.some((at) => at >= index && at - index <= SAME_FAILURE);

  return {
    add(finding: Finding): void {
      const { evidence, index } = finding;
      const sort = sortOf(evidence);
      const directory = directoryOf(evidence);
      const key = keyOf(evidence);
      if (isVague(evidence) && isNamedBefore(index)) return;
      if (sort === 'named' || sort === 'not-about-root') named.push(index);
      if (kept.has(key)) return;
      if (!hasRoom(sort, MOST_OF_A_SORT[sort]) || !hasRoom(directory, MOST_OF_A_DIRECTORY)) return;
      kept.set(key, finding);
      for (const counter of [sort, directory]) counts.set(counter, (counts.get(counter) ?? 0) + 1);
    },
    evidence(): Evidence[] {
      const isTold = ({ evidence, index }: Finding) => isVague(evidence) && isNamedAfter(index);
      return [...kept.values()].filter((finding) => !isTold(finding)).map(({ evidence }) => evidence);
    },
  };
}

/** It names nothing, not even a relative path. */
function isVague(evidence: Evidence): boolean {
  return evidence.kind === 'pathless' && evidence.relative === undefined;
}

function sortOf(evidence: Evidence): keyof typeof MOST_OF_A_SORT {
  switch (evidence.kind) {
    case 'write':
    case 'root-level-file':
      return evidence.strength;
    case 'pathless':
    case 'mount-trouble':
    case 'not-about-root':
      return evidence.kind;
  }
}

/** Evidence without a directory has one of its own. */
function directoryOf(evidence: Evidence): string {
  return evidence.kind === 'write' ? `in ${evidence.strength} ${evidence.directory}` : keyOf(evidence);
}

function keyOf(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'write':
      return `write ${evidence.strength} ${evidence.path} ${evidence.directory}`;
    case 'root-level-file':
      return `root ${evidence.strength} ${evidence.path}`;
    case 'pathless':
      return `pathless ${evidence.shape} ${evidence.relative ?? ''}`;
    case 'mount-trouble':
      return `trouble ${evidence.cause} ${evidence.path ?? ''}`;
    case 'not-about-root':
      return `elsewhere ${evidence.path}`;
  }
}
