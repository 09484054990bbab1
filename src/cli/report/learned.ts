import type { JsonObject } from '../../core/json.ts';
import { type Evidence, TROUBLE_CAUSES } from '../../core/learning/evidence.ts';
import { NOT_ABOUT_ROOT } from '../../core/learning/not-about-root.ts';
import type { PathsToAdd } from '../../core/learning/paths-to-add.ts';
import { type Paint, printable } from '../style.ts';
import { wrapped } from '../table.ts';

export type Look = { readonly paint: Paint; readonly columns: number };

/** What a log tells, for people: each thing with what it means and its line, then what is to be done. */
export function learnedLines(
  evidence: readonly Evidence[],
  found: PathsToAdd,
  { paint, columns }: Look,
): string[] {
  if (evidence.length === 0) return ['The log tells of no write that a read-only root would make fail.'];
  const width = Math.max(40, columns) - INDENT.length;
  const told = evidence.flatMap((one) => {
    const { what, path, means } = meaningOf(one, found);
    return [
      `${what.padEnd(INDENT.length)}${paint('bold', printable(path))}`,
      ...wrapped(printable(means), width).map((line) => `${INDENT}${line}`),
      `${INDENT}${paint('dim', cut(printable(one.line), width))}`,
      '',
    ];
  });
  return [...told, ...conclusion(found)];
}

const INDENT = ' '.repeat(11);

function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`;
}

type Meaning = { readonly what: string; readonly path: string; readonly means: string };

function meaningOf(evidence: Evidence, { blocked }: PathsToAdd): Meaning {
  switch (evidence.kind) {
    case 'write': {
      const { path, directory, strength } = evidence;
      const because = blocked.find((one) => one.path === directory)?.because;
      const means = because === undefined ? `mount ${directory}` : `${directory} ${because}`;
      return { what: strength === 'named' ? 'write' : 'maybe', path, means };
    }
    case 'root-level-file':
      return { what: 'write', path: evidence.path, means: evidence.advice };
    case 'pathless': {
      const { relative, candidates } = evidence;
      const places = `maybe in ${candidates.join(', ')}`;
      const means =
        relative === undefined ? places : 'a relative path: tell the working directory with --working-dir';
      return {
        what: 'write',
        path: relative ?? '(the log does not say where)',
        means: relative === undefined && candidates.length === 0 ? 'not known where' : means,
      };
    }
    case 'mount-trouble':
      return {
        what: 'trouble',
        path: evidence.path ?? '(no path)',
        means: `${TROUBLE_CAUSES[evidence.cause]}, where one is mounted there`,
      };
    case 'not-about-root':
      return { what: 'elsewhere', path: evidence.path, means: NOT_ABOUT_ROOT[evidence.because] };
  }
}

function conclusion({ add, weak }: PathsToAdd): string[] {
  const list = (paths: PathsToAdd['add']) => paths.map(({ path }) => `  ${printable(path)}`);
  return [
    ...(add.length > 0 ? ['To be mounted:', ...list(add)] : ['Nothing to be mounted follows from it.']),
    ...(weak.length > 0 ? ['Where that is not enough, maybe:', ...list(weak)] : []),
  ];
}

/** The same for programs. */
export function learnedJson(evidence: readonly Evidence[], { add, blocked, weak }: PathsToAdd): JsonObject {
  return {
    evidence: evidence.map(({ ...each }) => each),
    mount: add.map(({ path }) => path),
    maybe: weak.map(({ path }) => path),
    blocked: blocked.map(({ path, because }) => ({ path, because })),
  };
}
