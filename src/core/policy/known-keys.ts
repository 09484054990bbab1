import type { JsonObject } from '../json.ts';

/** Every label and annotation of Rootlock begins so; other keys are not ours to judge. */
export const PREFIX = 'rootlock.dev/';

/** Sentences are for people: more than this many typing errors in one object are counted, not listed. */
const MAX_LISTED = 5;

/** One sentence for each key under `rootlock.dev/` that nobody reads, with the known key nearest to it. */
export function unknownKeys(
  map: JsonObject,
  known: readonly string[],
  { what, isKnown = () => false }: { what: 'label' | 'annotation'; isKnown?: (key: string) => boolean },
): string[] {
  const unknown = Object.keys(map).filter(
    (key) => key.startsWith(PREFIX) && !known.includes(key) && !isKnown(key),
  );
  const sentences = unknown
    .slice(0, MAX_LISTED)
    .map((key) => `unknown ${what} ${quoted(key)}: ${suggestion(key, known)}`);
  const more = unknown.length - sentences.length;
  return more > 0
    ? [...sentences, `${more} more unknown ${what}s begin with ${PREFIX}: remove them`]
    : sentences;
}

/** Two typing errors, or a third of a longer name: beyond that a suggestion is a guess. */
function suggestion(key: string, known: readonly string[]): string {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(key, name) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  const limit = Math.max(2, Math.floor((key.length - PREFIX.length) / 3));
  if (nearest && nearest.distance <= limit) return `write ${nearest.name} instead, or remove it`;
  return `remove it, or write one of ${known.join(', ')}`;
}

/** The number of letters to insert, remove or replace (Levenshtein); a key has at most 253 + 1 + 63 letters. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** A value that somebody else wrote, for a sentence: one line, quoted, at most 64 characters of it. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return JSON.stringify(text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED - 1)}…`);
}

const MAX_QUOTED = 64;
