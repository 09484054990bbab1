import { type Document, isMap, type Node, visit } from 'yaml';

type Placeholder = { readonly offset: number; readonly message: string; readonly advice: string };

/**
 * A `{{ … }}` (Helm) or `{% … %}` (Jinja) that nobody has rendered. YAML reads an unquoted one as a mapping within
 * a mapping, or fails on it with a message that helps nobody. Quoted ones are ordinary texts (Prometheus rules,
 * `--format` arguments) and no concern of ours.
 */
export function templatePlaceholder(text: string, yaml: Document): Placeholder | undefined {
  const [error] = yaml.errors;
  const offset = error ? offsetNear(text, error.pos[0]) : offsetInNodes(text, yaml);
  if (offset === undefined) return undefined;
  const shown = (text.slice(offset).match(/^\{[{%].*?[}%]\}|^.*/) ?? [''])[0];
  return shown.startsWith('{%')
    ? {
        offset,
        message: `the placeholder ${shown} of a template is not YAML yet`,
        advice: 'render the template first, and give rootlock what comes out of it',
      }
    : {
        offset,
        message: `the placeholder ${shown} of a template is not YAML yet`,
        advice: 'render it first: helm template RELEASE CHART | rootlock harden -f -',
      };
}

/**
 * The first placeholder, not behind a `#` or within quotes, on the line of an error or beside it. Further away it
 * may well be the innocent content of a block scalar.
 */
function offsetNear(text: string, error: number): number | undefined {
  const wrongLine = text.slice(0, error).split('\n').length - 1;
  let lineStart = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const column = Math.abs(index - wrongLine) <= 1 ? codeOf(line).search(/\{[{%]/) : -1;
    if (column >= 0) return lineStart + column;
    lineStart += line.length + 1;
  }
  return undefined;
}

function codeOf(line: string): string {
  return line
    .replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => '_'.repeat(quoted.length))
    .replace(/(^|\s)#.*$/, '');
}

function offsetInNodes(text: string, yaml: Document): number | undefined {
  if (!text.includes('{{')) return undefined;
  let found: number | undefined;
  const look = (node: Node): symbol | undefined => {
    const start = node.range?.[0];
    if (start === undefined || !isMap(node) || !node.flow || !text.startsWith('{{', start)) return undefined;
    found = start;
    return visit.BREAK;
  };
  visit(yaml, { Map: (_key, node) => look(node) });
  return found;
}
