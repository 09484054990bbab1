import { isMap, isScalar, type Node, type Pair } from 'yaml';
import type { Json } from '../../core/json.ts';
import { jsonOf, type Tree } from './changed-tree.ts';
import type { Page } from './edit.ts';
import { colonOf, type Edit, endOf, endOfPair, indentBefore, lineStart, rangeOf } from './place.ts';
import { flowEntry, flowText, type Layout } from './render.ts';

type Collection = Extract<Tree, { kind: 'map' | 'list' }>;
type Descend = (page: Page, tree: Tree) => Edit[];

/** Changes within `{}` and `[]`, which is all of JSON: one line stays one line, and many lines stay many. */
export function flowEdits(page: Page, tree: Collection, descend: Descend): Edit[] {
  if (tree.node.items.length === 0) return [replaced(page, tree.node, jsonOf(tree))];
  return tree.kind === 'map' ? mapEdits(page, tree, descend) : listEdits(page, tree, descend);
}

function mapEdits(page: Page, tree: Extract<Tree, { kind: 'map' }>, descend: Descend): Edit[] {
  const { text, layout } = page;
  const pairs = tree.node.items;
  const edits: Edit[] = [];
  const added: string[] = [];
  const indent = lineIndent(text, startOf(pairs[0]));
  for (const [key, { tree: value, pair: index }] of tree.entries) {
    const pair = index === undefined ? undefined : pairs[index];
    if (pair === undefined) {
      if (value.kind !== 'kept') added.push(entryText(key, jsonOf(value), layout, indent));
    } else if (value.kind === 'new') {
      edits.push({
        start: colonOf(pair) + 1,
        end: endOfPair(pair),
        text: ` ${valueText(value.json, layout, indent)}`,
      });
    } else {
      edits.push(...descend(page, value));
    }
  }
  const last = pairs.at(-1);
  if (last === undefined || added.length === 0) return edits;
  return [...edits, appended(endOfPair(last), added, layout, indent)];
}

function listEdits(page: Page, tree: Extract<Tree, { kind: 'list' }>, descend: Descend): Edit[] {
  const { text, layout } = page;
  const nodes = tree.node.items as readonly Node[];
  const [first] = nodes;
  const indent = first ? lineIndent(text, rangeOf(first)[0]) : undefined;
  const edits: Edit[] = [];
  const added: string[] = [];
  let old = 0;
  for (const item of tree.items) {
    const next = nodes[old];
    if (item.kind !== 'new') {
      edits.push(...descend(page, item));
      old++;
    } else if (next === undefined) {
      added.push(valueText(item.json, layout, indent));
    } else {
      const [start] = rangeOf(next);
      const separator = separatorOf(layout, indent);
      edits.push({ start, end: start, text: `${valueText(item.json, layout, indent)}${separator}` });
    }
  }
  const last = nodes.at(-1);
  if (last === undefined || added.length === 0) return edits;
  return [...edits, appended(endOf(last), added, layout, indent)];
}

function replaced({ text, layout }: Page, node: Node, json: Json): Edit {
  const [start, end] = rangeOf(node);
  const indent = layout.json && layout.jsonOverLines ? lineIndentOf(text, start) : undefined;
  return { start, end, text: valueText(json, layout, indent) };
}

function appended(at: number, added: readonly string[], layout: Layout, indent: string | undefined): Edit {
  const separator = separatorOf(layout, indent);
  return { start: at, end: at, text: added.map((each) => `${separator}${each}`).join('') };
}

function separatorOf(layout: Layout, indent: string | undefined): string {
  if (indent !== undefined) return `,${layout.newline}${indent}`;
  return layout.json && !layout.jsonSpaced ? ',' : ', ';
}

function entryText(key: string, value: Json, layout: Layout, indent: string | undefined): string {
  if (!layout.json || indent === undefined) return flowEntry(key, value, layout);
  return `${JSON.stringify(key)}: ${valueText(value, layout, indent)}`;
}

/** JSON that is laid out over lines gets its new parts over lines too. */
function valueText(value: Json, layout: Layout, indent: string | undefined): string {
  if (!layout.json || indent === undefined) return flowText(value, layout);
  return JSON.stringify(value, null, layout.jsonIndent).replaceAll('\n', `${layout.newline}${indent}`);
}

function lineIndentOf(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), offset).match(/^[ \t]*/)?.[0] ?? '';
}

function lineIndent(text: string, offset: number | undefined): string | undefined {
  return offset === undefined ? undefined : indentBefore(text, offset);
}

function startOf(pair: Pair | undefined): number | undefined {
  const key = pair?.key;
  return isScalar(key) || isMap(key) ? key.range?.[0] : undefined;
}
