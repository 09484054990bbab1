import { type Document, isMap, isScalar, isSeq, type Pair, visit } from 'yaml';
import { columnAt } from './place.ts';
import type { Layout } from './render.ts';

/** The layout of a document: what most of it does, and two spaces where it gives no example. */
export function layoutOf(text: string, yaml: Document): Layout {
  const widths = new Map<number, number>();
  const lists = { indented: 0, flush: 0 };
  const look = (pair: Pair): void => {
    const { key, value } = pair;
    // On one line of many megabytes each column would cost a walk to its start.
    if (!isScalar(key) || !key.range || !(isMap(value) || isSeq(value)) || value.flow) return;
    const column = columnAt(text, key.range[0]);
    if (isMap(value) && value.range) {
      const width = columnAt(text, value.range[0]) - column;
      if (width > 0) widths.set(width, (widths.get(width) ?? 0) + 1);
    }
    if (isSeq(value) && value.range) {
      if (columnAt(text, value.range[0]) > column) lists.indented++;
      else lists.flush++;
    }
  };
  visit(yaml, { Pair: (_key, pair) => look(pair) });
  const [indent] = [...widths].toSorted(([, one], [, other]) => other - one)[0] ?? [2];
  const json = /^\s*\{\s*"/.test(text);
  return {
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    indent,
    indentedLists: lists.indented > lists.flush,
    json,
    jsonOverLines: /^\s*\{\s*\n/.test(text),
    jsonIndent: /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  ',
    jsonSpaced: /":\s/.test(text),
  };
}
