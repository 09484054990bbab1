import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { lastOf } from './last-of.ts';

/**
 * The object that a text is in JSON, read in a small part of the time that it takes as YAML. Undefined for all else, and
 * where a key is there twice, of which JSON.parse keeps the last: the reader of YAML tells what is wrong.
 */
export function plainJson(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const json: Json = JSON.parse(text);
    return isObject(json) && !hasTwins(treeOf(text)) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Where what the keys lead to stands in such a text, or the nearest thing above it that is there: of a field its key. */
export function placeInJson(text: string, keys: readonly string[]): number {
  let node = treeOf(text);
  for (const key of keys) {
    const below = findNodeAtLocation(node, [node.type === 'array' ? Number(key) : key]);
    if (below === undefined) break;
    node = below;
  }
  return node.parent?.type === 'property' ? node.parent.offset : node.offset;
}

/** Of a text that JSON.parse has read. */
const treeOf = lastOf((text): Node => {
  const tree = parseTree(text);
  if (tree === undefined) throw new Error('expected JSON');
  return tree;
});

/** Whether an object has a key twice. */
function hasTwins({ type, children = [] }: Node): boolean {
  if (type === 'object') {
    const keys = new Set(children.map((property) => property.children?.[0]?.value));
    if (keys.size < children.length) return true;
  }
  return children.some(hasTwins);
}
