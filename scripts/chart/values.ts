import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Json } from '../../src/core/json.ts';

/** One value that a person may set. */
export type Value = {
  /** Keys from the top down: `webhook`, `replicas`. */
  readonly path: readonly string[];
  readonly about: string;
  readonly absent: Json;
};

/** Values that stand together in one map, under one comment. */
export type Section = {
  readonly path: readonly string[];
  /** '' where the map has no comment. */
  readonly about: string;
};

export type Values = { readonly values: readonly Value[]; readonly sections: readonly Section[] };

/**
 * Reads a chart's values.yaml: the comment above a key tells what it does. A map whose keys have no comments is one
 * value as a whole. Throws where a key has no comment at all.
 */
export function readValues(text: string): Values {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Error(`values.yaml is no YAML: ${error.message}`);
  if (!isMap(document.contents)) throw new Error('values.yaml is no map');
  return mapOf(document.contents, []);
}

function mapOf(map: YAMLMap, path: readonly string[]): Values {
  const parts = map.items.map((pair, index) => {
    const about = commentOf(index === 0 ? (map.commentBefore ?? keyComment(pair)) : keyComment(pair));
    return entryOf(pair, [...path, keyOf(pair)], about);
  });
  return {
    values: parts.flatMap(({ values }) => values),
    sections: parts.flatMap(({ sections }) => sections),
  };
}

function entryOf({ value }: Pair, path: readonly string[], about: string): Values {
  if (isMap(value) && hasComments(value)) {
    const inner = mapOf(value, path);
    return { values: inner.values, sections: [{ path, about }, ...inner.sections] };
  }
  if (about === '') throw new Error(`values.yaml: nothing above ${path.join('.')} tells what it does`);
  return { values: [{ path, about, absent: jsonOf(value) }], sections: [] };
}

function hasComments(map: YAMLMap): boolean {
  return (
    map.commentBefore != null ||
    map.items.some((pair) => keyComment(pair) !== undefined || (isMap(pair.value) && hasComments(pair.value)))
  );
}

function keyOf({ key }: Pair): string {
  if (isScalar(key) && typeof key.value === 'string') return key.value;
  throw new Error(`values.yaml: ${JSON.stringify(key)} is no name`);
}

function keyComment({ key }: Pair): string | undefined {
  return isScalar(key) ? (key.commentBefore ?? undefined) : undefined;
}

/** The last paragraph: what stands above it speaks of the whole file. */
function commentOf(comment: string | undefined): string {
  const paragraph = (comment ?? '').split(/\n\s*\n/).at(-1) ?? '';
  return paragraph
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();
}

function jsonOf(value: unknown): Json {
  if (isMap(value) || isSeq(value) || isScalar(value)) return JSON.parse(JSON.stringify(value.toJSON()));
  throw new Error(`values.yaml: ${JSON.stringify(value)} is no value`);
}
