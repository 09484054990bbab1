import {
  type Document,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Json } from '../../core/json.ts';
import { type Entry, jsonOf, type Tree } from './changed-tree.ts';
import { flowEdits } from './flow-edit.ts';
import {
  above,
  below,
  colonOf,
  columnAt,
  dashOf,
  type Edit,
  endOf,
  endOfPair,
  indentBefore,
  rangeOf,
} from './place.ts';
import { blockLines, entryLines, flowText, indented, itemLines, type Layout, valueLines } from './render.ts';
import { sameJson } from './same-json.ts';

export type Page = { readonly text: string; readonly layout: Layout };

/** The changes of a text that make it say what a tree says; all else stays as it is, byte for byte. */
export function editsFor(page: Page, yaml: Document, tree: Tree): Edit[] {
  return [...editsOf(page, tree), ...aliasEdits(page, yaml, tree)];
}

function editsOf(page: Page, tree: Tree): Edit[] {
  switch (tree.kind) {
    case 'kept':
    case 'alias':
      return [];
    case 'map':
      return tree.node.flow ? flowEdits(page, tree, editsOf) : mapEdits(page, tree.node, tree.entries);
    case 'list':
      return tree.node.flow ? flowEdits(page, tree, editsOf) : listEdits(page, tree.node, tree.items);
    case 'new':
      throw new Error('a new value has no place of its own in the text');
  }
}

function mapEdits(page: Page, node: YAMLMap, entries: ReadonlyMap<string, Entry>): Edit[] {
  const edits: Edit[] = [];
  for (const [key, { tree, pair: index }] of entries) {
    const pair = index === undefined ? undefined : node.items[index];
    if (pair !== undefined) edits.push(...pairEdits(page, pair, tree));
    else if (tree.kind !== 'kept') edits.push(newEntry(page, node, key, jsonOf(tree)));
  }
  return edits;
}

function pairEdits(page: Page, pair: Pair, tree: Tree): Edit[] {
  if (tree.kind === 'new' || isEmptyFlow(tree)) return replacedValue(page, pair, jsonOf(tree));
  return editsOf(page, tree);
}

/** `{}` and `[]` give way to a block: there is nothing in them to keep. */
function isEmptyFlow(tree: Tree): boolean {
  return (
    (tree.kind === 'map' || tree.kind === 'list') && tree.node.flow === true && tree.node.items.length === 0
  );
}

function replacedValue({ text, layout }: Page, pair: Pair, json: Json): Edit[] {
  const afterColon = colonOf(pair) + 1;
  const end = endOfPair(pair);
  const column = isScalar(pair.key) && pair.key.range ? columnAt(text, pair.key.range[0]) : 0;
  const [first = '', ...lines] = valueLines(json, layout);
  const value = { start: afterColon, end, text: first === '' ? '' : ` ${first}` };
  const endedLine = text[end - 1] === '\n' ? { ...value, text: `${value.text}${layout.newline}` } : value;
  return lines.length === 0
    ? [endedLine]
    : [
        endedLine,
        insertedLines({ text, layout }, below(text, end, Number.POSITIVE_INFINITY), indented(lines, column)),
      ];
}

function newEntry(page: Page, node: YAMLMap, key: string, json: Json): Edit {
  const { text, layout } = page;
  const [first] = node.items;
  const firstKey = isScalar(first?.key) ? first.key : undefined;
  if (!firstKey?.range) throw new Error('a block map without a key');
  const column = columnAt(text, firstKey.range[0]);
  const lines = indented(entryLines(key, json, layout), column);
  const spec = key === 'metadata' ? specKey(text, node) : undefined;
  const at = spec === undefined ? below(text, endOf(node), column) : above(text, spec);
  return insertedLines(page, at, lines);
}

/** People look for metadata before the spec. */
function specKey(text: string, node: YAMLMap): number | undefined {
  const key = node.items.find((pair) => isScalar(pair.key) && pair.key.value === 'spec')?.key;
  const offset = isScalar(key) ? key.range?.[0] : undefined;
  return offset !== undefined && indentBefore(text, offset) !== undefined ? offset : undefined;
}

function listEdits(page: Page, node: YAMLSeq, items: readonly Tree[]): Edit[] {
  const { text, layout } = page;
  const column = columnAt(text, dashOf(node, 0));
  const edits: Edit[] = [];
  let old = 0;
  for (const tree of items) {
    if (tree.kind !== 'new') {
      edits.push(...editsOf(page, tree));
      old++;
      continue;
    }
    const next = node.items[old];
    const at = next === undefined ? below(text, endOf(node), column + 1) : aboveItem(text, dashOf(node, old));
    edits.push(insertedLines(page, at, indented(itemLines(tree.json, layout), column)));
  }
  return edits;
}

function aboveItem(text: string, dash: number): number {
  if (indentBefore(text, dash) === undefined) throw new Error('a list that begins beside something else');
  return above(text, dash);
}

function insertedLines({ text, layout: { newline } }: Page, at: number, lines: readonly string[]): Edit {
  const inserted = lines.join(newline);
  const unended = at === text.length && at > 0 && text[at - 1] !== '\n';
  return { start: at, end: at, text: unended ? `${newline}${inserted}` : `${inserted}${newline}` };
}

/**
 * An alias says again what its anchor says. Where the anchor changes and this place should not, or should change
 * otherwise, the alias gives way to the value that is wanted there; that of a `<<` as well.
 */
function aliasEdits(page: Page, yaml: Document, tree: Tree): Edit[] {
  const anchors = new Map<Node, Json>();
  const wanted = new Map<Node, Json>();
  collect(tree, anchors, wanted);
  if (anchors.size === 0 && wanted.size === 0) return [];
  const edits: Edit[] = [];
  visit(yaml, {
    Alias: (_key, node, path) => {
      const parent = path.at(-1);
      const anchor = node.resolve(yaml);
      if (anchor === undefined) return;
      const original = (): Json => anchor.toJS(yaml);
      const here = wanted.get(node) ?? original();
      const there = anchors.get(anchor) ?? original();
      if (!sameJson(here, there)) edits.push(aliasReplaced(page, node, parent, here));
    },
  });
  return edits;
}

function collect(tree: Tree, anchors: Map<Node, Json>, wanted: Map<Node, Json>): void {
  if (tree.kind === 'alias') wanted.set(tree.node, tree.json);
  if (tree.kind !== 'map' && tree.kind !== 'list') return;
  if (tree.node.anchor !== undefined) anchors.set(tree.node, jsonOf(tree));
  const below = tree.kind === 'map' ? [...tree.entries.values()].map((entry) => entry.tree) : tree.items;
  for (const each of below) collect(each, anchors, wanted);
}

function aliasReplaced(page: Page, alias: Node, parent: unknown, json: Json): Edit {
  const [start, end] = rangeOf(alias);
  const { text, layout } = page;
  if (isSeq(parent) && !parent.flow) {
    const lines = blockLines(json, layout);
    const [first = '', ...rest] = lines;
    return { start, end, text: [first, ...indented(rest, columnAt(text, start))].join(layout.newline) };
  }
  const key = (parent as Pair | undefined)?.key;
  if (isScalar(key) && key.range && indentBefore(text, key.range[0]) !== undefined) {
    const lines = indented(valueLines(json, layout), columnAt(text, key.range[0]));
    const [first = '', ...rest] = lines;
    return first === ''
      ? { start: start - 1, end, text: [first, ...rest].join(layout.newline) }
      : { start, end, text: [first.trimStart(), ...rest].join(layout.newline) };
  }
  return { start, end, text: flowText(json, layout) };
}
