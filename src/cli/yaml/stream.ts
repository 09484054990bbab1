import { type Document, isScalar, parseAllDocuments, parseDocument } from 'yaml';
import { isArray, isObject, type Json } from '../../core/json.ts';
import { lastOf } from './last-of.ts';
import { readLoosely } from './loose-quotes.ts';
import { plainJson } from './plain-json.ts';
import { type Problem, problemAt } from './problem.ts';
import { PARSE_OPTIONS, READ_OPTIONS } from './schema.ts';
import type { Source } from './source.ts';
import { splitStream } from './split-stream.ts';
import { aliasError, syntaxErrorIn } from './syntax-error.ts';
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
  | {
      readonly kind: 'mapping';
      readonly json: Json;
      /** Its text is JSON, in which `placeInJson` tells where things stand. */
      readonly plain?: true;
      /** Where the first key stands in the document's text. */
      readonly first: number;
      /** All nodes and tokens, as edits and places need them. They take a hundred times the memory of the text. */
      readonly tree: () => Document;
    }
  | {
      readonly kind: 'bad';
      readonly because: 'placeholder' | 'syntax' | 'no-object';
      readonly problem: Problem;
      /** What is no object. */
      readonly json?: Json;
    };

/** Reads a stream document by document, so that a bad one does not spoil its neighbours. */
export function readStream(source: Source): YamlDocument[] {
  return splitStream(source.text).map(({ start, text }) => ({
    source,
    start,
    text,
    content: contentOf(source, start, text),
  }));
}

function contentOf(source: Source, start: number, text: string): DocumentContent {
  const bad: Bad = (because, { offset, ...said }) => ({
    kind: 'bad',
    because,
    problem: problemAt(source, start + offset, said),
  });
  const json = plainJson(text);
  if (json !== undefined)
    return { kind: 'mapping', json, plain: true, first: text.indexOf('{'), tree: () => treeIn(text) };
  const documents = parseAllDocuments(text, READ_OPTIONS);
  const [yaml, second] = documents;
  if (yaml === undefined) return { kind: 'blank' };
  const placeholder = templatePlaceholder(text, yaml);
  if (placeholder) return bad('placeholder', placeholder);
  const wrong = syntaxErrorIn(text, yaml);
  if (wrong !== undefined) {
    const loose = readLoosely(text, yaml);
    return loose === undefined ? bad('syntax', wrong) : contentIn(loose, text, bad);
  }
  if (second !== undefined) return bad('syntax', { offset: second.range[0], ...TOGETHER });
  return contentIn(yaml, text, bad);
}

function contentIn(yaml: Document, text: string, bad: Bad): DocumentContent {
  if (yaml.contents === null || (isScalar(yaml.contents) && yaml.contents.value === null)) {
    return { kind: 'blank' };
  }
  try {
    const first = yaml.contents.range?.[0] ?? 0;
    return rootOf({ json: unshared(yaml.toJS()), first, tree: () => treeIn(text) }, bad);
  } catch (failure) {
    return bad('syntax', aliasError(text, failure));
  }
}

const TOGETHER = {
  message: 'another document begins here',
  advice: 'put a line with --- between the two documents',
};

type BadContent = Extract<DocumentContent, { kind: 'bad' }>;
type Bad = (
  because: BadContent['because'],
  said: { readonly offset: number; readonly message: string; readonly advice: string },
) => BadContent;

const treeIn = lastOf((text) => parseDocument(text, PARSE_OPTIONS));

type Root = Pick<Extract<DocumentContent, { kind: 'mapping' }>, 'json' | 'first' | 'tree'>;

function rootOf({ json, first, tree }: Root, bad: Bad): DocumentContent {
  if (isArray(json)) {
    if (json.length > 0 && json.every(isJsonPatchOperation)) return { kind: 'blank' };
    return {
      ...bad('no-object', {
        offset: first,
        message: 'this document is a list, not a Kubernetes object',
        advice:
          'put its items into documents of their own, separated by ---, or under "items:" of a "kind: List"',
      }),
      json,
    };
  }
  if (typeof json !== 'object' || json === null) {
    return bad('no-object', {
      offset: first,
      message: 'this document is a single value, not a Kubernetes object',
      advice: 'a Kubernetes object begins with "apiVersion:" and "kind:"; is this the right file?',
    });
  }
  return { kind: 'mapping', json, first, tree };
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
