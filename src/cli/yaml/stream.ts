import { type Document, isScalar, parseAllDocuments } from 'yaml';
import { isArray, isObject, type Json } from '../../core/json.ts';
import { type Problem, problemAt } from './problem.ts';
import { PARSE_OPTIONS } from './schema.ts';
import type { Source } from './source.ts';
import { aliasError, syntaxError } from './syntax-error.ts';
import { templatePlaceholder } from './template-placeholder.ts';

/** One document of a stream, with the very text it was read from. */
export type YamlDocument = {
  readonly source: Source;
  /** Where `text` begins in the source. */
  readonly start: number;
  /** From its `---` line to the next one; the texts of a stream joined are the stream. */
  readonly text: string;
  readonly content: DocumentContent;
};

export type DocumentContent =
  | { readonly kind: 'blank' }
  | { readonly kind: 'mapping'; readonly yaml: Document; readonly json: Json }
  | { readonly kind: 'bad'; readonly problem: Problem };

/** Reads a stream document by document, so that a bad one does not spoil its neighbours. */
export function readStream(source: Source): YamlDocument[] {
  return splitStream(source.text).map(({ start, text }) => ({
    source,
    start,
    text,
    content: contentOf(source, start, text),
  }));
}

/**
 * Cuts a stream at its `---` lines. A line that begins with `---` and a space always is a document marker,
 * inside block scalars and quotes as well (YAML 1.2.2, production c-forbidden).
 */
function splitStream(text: string): { start: number; text: string }[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index)];
  const unique = [...new Set(starts)];
  return unique.map((start, index) => ({ start, text: text.slice(start, unique[index + 1]) }));
}

function contentOf(source: Source, start: number, text: string): DocumentContent {
  const bad = (offset: number, said: { message: string; advice: string }): DocumentContent => ({
    kind: 'bad',
    problem: problemAt(source, start + offset, said),
  });
  const documents = parseAllDocuments(text, PARSE_OPTIONS);
  const [yaml, second] = documents;
  if (yaml === undefined) return { kind: 'blank' };
  const placeholder = templatePlaceholder(text, yaml);
  if (placeholder) return bad(placeholder.offset, placeholder);
  const [error] = yaml.errors;
  if (error) {
    const said = syntaxError(text, yaml, error);
    return bad(said.offset, said);
  }
  if (second !== undefined) return bad(second.range[0], TOGETHER);
  if (yaml.contents === null || (isScalar(yaml.contents) && yaml.contents.value === null)) {
    return { kind: 'blank' };
  }
  try {
    return rootOf(yaml, unshared(yaml.toJS()), bad);
  } catch (failure) {
    const said = aliasError(text, failure);
    return bad(said.offset, said);
  }
}

const TOGETHER = {
  message: 'another document begins here',
  advice: 'put a line with --- between the two documents',
};

type Bad = (offset: number, said: { message: string; advice: string }) => DocumentContent;

function rootOf(yaml: Document, json: Json, bad: Bad): DocumentContent {
  if (isArray(json)) {
    if (json.length > 0 && json.every(isJsonPatchOperation)) return { kind: 'blank' };
    return bad(yaml.contents?.range?.[0] ?? 0, {
      message: 'this document is a list, not a Kubernetes object',
      advice:
        'put its items into documents of their own, separated by ---, or under "items:" of a "kind: List"',
    });
  }
  if (typeof json !== 'object' || json === null) {
    return bad(yaml.contents?.range?.[0] ?? 0, {
      message: 'this document is a single value, not a Kubernetes object',
      advice: 'a Kubernetes object begins with "apiVersion:" and "kind:"; is this the right file?',
    });
  }
  return { kind: 'mapping', yaml, json };
}

/** An alias gives the very object of its anchor, and whoever changes one would change both. */
function unshared(json: Json): Json {
  if (isArray(json)) return json.map(unshared);
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value = null]) => [key, unshared(value)]));
}

/** Kustomize keeps JSON patches in files beside the manifests: they are no objects, and no mistake. */
function isJsonPatchOperation(item: Json): boolean {
  return typeof item === 'object' && item !== null && 'op' in item && 'path' in item;
}
