import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Operation } from '../../core/admission/operation.ts';
import { isArray, isObject, type Json } from '../../core/json.ts';
import { pointerKeys } from './pointer.ts';

/**
 * A document with operations applied, which still knows which nodes stand in the text: what is `kept` is not
 * touched at all, and a map or list is opened only where an operation goes through it.
 */
export type Tree =
  | { readonly kind: 'kept'; readonly node: Node | null; readonly json: Json }
  | { readonly kind: 'map'; readonly node: YAMLMap; readonly entries: Map<string, Entry> }
  | { readonly kind: 'list'; readonly node: YAMLSeq; readonly items: Tree[] }
  /** An operation goes through an alias: what this place is to hold, whatever the anchor holds. */
  | { readonly kind: 'alias'; readonly node: Alias; json: Json }
  | { readonly kind: 'new'; json: Json };

export type Entry = {
  tree: Tree;
  /** The index of the pair in the map's node; absent for a new key, and for one that a `<<` brings in. */
  readonly pair?: number;
};

/** Applies operations in their order, as RFC 6902 says; one that does not fit is a mistake of ours. */
export function changedTree(yaml: Document, json: Json, operations: readonly Operation[]): Tree {
  return operations.reduce<Tree>(
    (tree, operation) => set({ tree, keys: pointerKeys(operation.path), operation }),
    { kind: 'kept', node: yaml.contents, json },
  );
}

/** The JSON that a tree stands for. */
export function jsonOf(tree: Tree): Json {
  switch (tree.kind) {
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, jsonOf(entry.tree)]));
    case 'list':
      return tree.items.map(jsonOf);
    case 'kept':
    case 'alias':
    case 'new':
      return tree.json;
  }
}

type Step = {
  readonly tree: Tree;
  readonly keys: readonly string[];
  readonly operation: Operation;
};

function set({ tree, keys, operation }: Step): Tree {
  const [key, ...rest] = keys;
  if (key === undefined) return { kind: 'new', json: operation.value };
  const opened = open(tree);
  switch (opened.kind) {
    case 'map': {
      const entry = opened.entries.get(key);
      if (entry === undefined && rest.length > 0) throw misfit(operation);
      const below: Tree = entry?.tree ?? { kind: 'new', json: null };
      const changed = set({ tree: below, keys: rest, operation });
      opened.entries.set(key, { ...entry, tree: changed });
      return opened;
    }
    case 'list':
      setItem(opened.items, { key, rest, operation });
      return opened;
    case 'alias':
    case 'new':
      return { ...opened, json: setJson(opened.json, keys, operation) };
    case 'kept':
      throw misfit(operation);
  }
}

type ItemStep = Omit<Step, 'tree' | 'keys'> & { readonly key: string; readonly rest: readonly string[] };

function setItem(items: Tree[], { key, rest, operation }: ItemStep): void {
  const index = key === '-' ? items.length : Number(key);
  const item = items[index];
  if (rest.length === 0 && operation.op === 'add') {
    items.splice(index, 0, { kind: 'new', json: operation.value });
    return;
  }
  if (item === undefined) throw misfit(operation);
  items[index] = set({ tree: item, keys: rest, operation });
}

/** A kept collection becomes one whose parts can change; a key that a `<<` brings in becomes a key of its own when set. */
function open(tree: Tree): Tree {
  if (tree.kind !== 'kept') return tree;
  const { node, json } = tree;
  if (isAlias(node)) return { kind: 'alias', node, json };
  if (isMap(node) && isObject(json)) return { kind: 'map', node, entries: entriesOf(node, json) };
  if (isSeq(node) && isArray(json)) {
    const items = json.map<Tree>((each, index) => ({
      kind: 'kept',
      node: asNode(node.items[index]),
      json: each,
    }));
    return { kind: 'list', node, items };
  }
  return { kind: 'new', json };
}

function entriesOf(node: YAMLMap, json: { readonly [key: string]: Json | undefined }): Map<string, Entry> {
  const pairs = new Map(
    node.items.map(
      (pair, index) => [isScalar(pair.key) ? String(pair.key.value) : undefined, index] as const,
    ),
  );
  const entries = new Map<string, Entry>();
  for (const [key, value = null] of Object.entries(json)) {
    const pair = pairs.get(key);
    entries.set(
      key,
      pair === undefined
        ? { tree: { kind: 'kept', node: null, json: value } }
        : { tree: { kind: 'kept', node: asNode(node.items[pair]?.value), json: value }, pair },
    );
  }
  return entries;
}

/** The parser makes nodes of everything; only a value that is absent from the text is null. */
function asNode(value: unknown): Node | null {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}

function setJson(json: Json, keys: readonly string[], operation: Operation): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return operation.value;
  if (isArray(json)) {
    const index = key === '-' ? json.length : Number(key);
    if (rest.length === 0 && operation.op === 'add') return json.toSpliced(index, 0, operation.value);
    return json.with(index, setJson(json[index] ?? null, rest, operation));
  }
  if (!isObject(json)) throw misfit(operation);
  return { ...json, [key]: setJson(json[key] ?? null, rest, operation) };
}

function misfit({ op, path }: Operation): Error {
  return new Error(`the operation ${op} ${path} does not fit the document`);
}
