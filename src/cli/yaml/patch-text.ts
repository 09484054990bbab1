import fastJsonPatch from 'fast-json-patch';
import { type Document, parseDocument } from 'yaml';
import type { Operation } from '../../core/admission/operation.ts';
import type { Json } from '../../core/json.ts';
import { readPlain } from '../../yaml/read-plain.ts';
import { PARSE_OPTIONS } from '../../yaml/schema.ts';
import { changedTree } from './changed-tree.ts';
import { editsFor } from './edit.ts';
import { layoutOf } from './layout.ts';
import { type Edit, edited } from './place.ts';
import { sameJson } from './same-json.ts';

export type PatchedText =
  | { readonly kind: 'patched'; readonly text: string; readonly edits: readonly Edit[] }
  /** The text says something else than the operations ask for: it must not be used. */
  | { readonly kind: 'unsafe'; readonly because: string };

type TextInput = {
  readonly text: string;
  readonly tree: () => Document;
  readonly json: Json;
  readonly operations: readonly Operation[];
};

/**
 * Applies RFC 6902 operations to the text of a document: comments, order, quotes and blank lines stay. The result is
 * read again and compared with what another implementation makes of the same operations.
 */
export function patchText({ text, tree, json, operations }: TextInput): PatchedText {
  if (operations.length === 0) return { kind: 'patched', text, edits: [] };
  try {
    const wanted = patchedJson(json, operations);
    const yaml = tree();
    if (!sameJson(jsonOf(yaml), json)) return { kind: 'unsafe', because: 'it can be read in two ways' };
    const page = { text, layout: layoutOf(text, yaml) };
    const edits = editsFor(page, yaml, changedTree(yaml, json, operations));
    const result = edited(text, edits);
    if (!sameJson(readAgain(result), wanted)) {
      return { kind: 'unsafe', because: 'it would say something else' };
    }
    return { kind: 'patched', text: result, edits };
  } catch (error) {
    return { kind: 'unsafe', because: error instanceof Error ? error.message : String(error) };
  }
}

function readAgain(text: string): Json {
  const plain = readPlain(text);
  if (plain.kind === 'value') return plain.json;
  return jsonOf(parseDocument(text, PARSE_OPTIONS));
}

function jsonOf(yaml: Document): Json {
  const [error] = yaml.errors;
  if (error) throw error;
  return yaml.toJS();
}

/** The JSON with the operations applied; the input is untouched. */
export function patchedJson(json: Json, operations: readonly Operation[]): Json {
  const copy = structuredClone(json);
  return fastJsonPatch.applyPatch(copy, structuredClone([...operations]), true).newDocument;
}
