import fastJsonPatch from 'fast-json-patch';
import { type Document, parseDocument } from 'yaml';
import type { Operation } from '../../core/admission/operation.ts';
import type { Json } from '../../core/json.ts';
import { changedTree } from './changed-tree.ts';
import { editsFor } from './edit.ts';
import { layoutOf } from './layout.ts';
import { type Edit, edited } from './place.ts';
import { sameJson } from './same-json.ts';
import { READ_OPTIONS } from './schema.ts';

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
    const page = { text, layout: layoutOf(text, yaml) };
    const edits = editsFor(page, yaml, changedTree(yaml, json, operations));
    const result = edited(text, edits);
    if (!sameJson(readAgain(result, page.layout.json), wanted)) {
      return { kind: 'unsafe', because: 'it would say something else' };
    }
    return { kind: 'patched', text: result, edits };
  } catch (error) {
    return { kind: 'unsafe', because: error instanceof Error ? error.message : String(error) };
  }
}

/** JSON.parse takes a twentieth of the time; what calls itself JSON and is YAML after all goes the long way. */
function readAgain(text: string, json: boolean): Json {
  if (json) {
    try {
      return JSON.parse(text);
    } catch {
      return readAgain(text, false);
    }
  }
  const document = parseDocument(text, READ_OPTIONS);
  const [error] = document.errors;
  if (error) throw error;
  return document.toJS();
}

/** The JSON with the operations applied; the input is untouched. */
function patchedJson(json: Json, operations: readonly Operation[]): Json {
  const copy = structuredClone(json);
  return fastJsonPatch.applyPatch(copy, structuredClone([...operations]), true).newDocument;
}
