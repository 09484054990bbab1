import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { placeInJson } from './plain-json.ts';
import { pointerKeys } from './pointer.ts';
import type { YamlDocument } from './stream.ts';

/**
 * Where a field (`spec.containers[0].image`) of the object at a pointer stands, as an offset in the document's text;
 * where the field is not there, the nearest thing above it that is.
 */
export function fieldOffset(document: YamlDocument, pointer: string, field: string): number {
  const keys = field.split(/\.|\[|\]/).filter((key) => key !== '');
  return offsetAt(document, [...pointerKeys(pointer), ...keys]);
}

/** Where what a JSON pointer names stands, in the same way. */
export function pointerOffset(document: YamlDocument, pointer: string): number {
  return offsetAt(document, pointerKeys(pointer));
}

function offsetAt({ text, content }: YamlDocument, keys: readonly string[]): number {
  if (content.kind !== 'mapping') return 0;
  if (keys.length === 0) return content.first;
  return content.plain ? placeInJson(text, keys) : offsetInTree(content.tree(), keys);
}

function offsetInTree(yaml: Document, keys: readonly string[]): number {
  let node = yaml.contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const key of keys) {
    if (isAlias(node)) node = node.resolve(yaml) ?? null;
    const step = below(node, key);
    if (step === undefined) return offset;
    offset = step.offset;
    node = step.node;
  }
  return offset;
}

function below(node: Node | null, key: string): { node: Node | null; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === key);
    const at = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    return pair === undefined || at === undefined ? undefined : { node: asNode(pair.value), offset: at };
  }
  const item = isSeq(node) ? asNode(node.items[Number(key)]) : null;
  return item?.range ? { node: item, offset: item.range[0] } : undefined;
}

function asNode(value: unknown): Node | null {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}
