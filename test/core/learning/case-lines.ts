import { readFileSync } from 'node:fs';
import { type ContainerPath, parseContainerPath } from '../../../src/core/container-path.ts';

/** One row of cases/*.jsonl: a log line and what it is known to be about. */
export type CaseLine = {
  readonly line: string;
  readonly program: string;
  /** As the line names it; null where it names none. */
  readonly path: string | null;
  readonly directory?: string | null;
  /** Any of these is right to mount; null where a mount cannot help, or must not be. */
  readonly directories?: readonly (string | null)[];
  readonly kind?: string;
  readonly strength?: 'named' | 'inferred';
  readonly workingDir?: ContainerPath;
  readonly mounts?: readonly ContainerPath[];
  readonly mounted?: readonly ContainerPath[];
  readonly env?: Readonly<Record<string, string>>;
  readonly why?: string;
};

export function caseLines(name: string): CaseLine[] {
  const text = readFileSync(new URL(`./cases/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as CaseLine);
}

export function containerPath(text: string): ContainerPath {
  const path = parseContainerPath(text);
  if (path === undefined) throw new Error(`expected an absolute path, found ${text}`);
  return path;
}

export function containerPaths(...texts: readonly string[]): ContainerPath[] {
  return texts.map(containerPath);
}
