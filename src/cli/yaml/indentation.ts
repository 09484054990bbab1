type Level = { readonly indent: number; readonly name: string; readonly line: number };

/** What is wrong with a line whose indentation fits no line above it, and which of them it could stand under. */
export function indentationAdvice(text: string, offset: number): { message: string; advice: string } {
  const above = text.slice(0, text.lastIndexOf('\n', offset - 1) + 1).split('\n');
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n')[0] ?? '';
  const indent = indentOf(line);
  const name = nameOf(line);
  const message = `"${name}" is indented by ${spaces(indent)}, which fits no line above it`;
  const levels = openLevels(above, indent + 2);
  const distance = Math.min(...levels.map((level) => Math.abs(level.indent - indent)));
  const nearest = levels
    .filter((level) => Math.abs(level.indent - indent) === distance)
    .toSorted((one, other) => one.indent - other.indent)
    .map((level) => `by ${spaces(level.indent)}, as "${level.name}" on line ${level.line}`);
  if (nearest.length === 0) return { message, advice: 'give it as many spaces as its neighbours have' };
  return { message, advice: `indent it ${nearest.join(', or ')}` };
}

/** The indentations that a next line may have, innermost first: of the lines above, those not closed since. */
function openLevels(above: readonly string[], deepest: number): Level[] {
  const levels: Level[] = [];
  let limit = Number.POSITIVE_INFINITY;
  for (let index = above.length - 1; index >= 0; index--) {
    const line = above[index] ?? '';
    if (/^\s*(?:#|$)/.test(line) || /^---/.test(line)) continue;
    const indent = indentOf(line);
    const inner = keyColumn(line);
    if (inner !== indent && inner < limit && inner <= deepest) {
      levels.push({ indent: inner, name: nameOf(line.slice(inner)), line: index + 1 });
    }
    if (indent < limit) {
      const same = !line.trimStart().startsWith('-');
      if (same && indent <= deepest) levels.push({ indent, name: nameOf(line), line: index + 1 });
      limit = same ? indent : Math.min(limit, indent + 1);
    }
  }
  return levels;
}

/** Where the key begins in `- name: x`. */
function keyColumn(line: string): number {
  return line.match(/^\s*(?:- +)*/)?.[0].length ?? 0;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function nameOf(line: string): string {
  const text = line.trim();
  return text.match(/^(?:- )*([^\s:]+):/)?.[1] ?? text;
}

function spaces(count: number): string {
  return count === 0 ? 'nothing' : count === 1 ? '1 space' : `${count} spaces`;
}
