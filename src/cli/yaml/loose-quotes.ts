import { type Document, parseAllDocuments, Scalar, visit, type YAMLParseError } from 'yaml';
import { READ_OPTIONS } from './schema.ts';

/**
 * Go's parser, and so kubectl, takes a text in quotes that goes on no deeper than its key, as in the `config: '{` of many a
 * network attachment; YAML does not. What the document says when such lines stand further right, which changes no text;
 * undefined where something else is wrong with it.
 */
export function readLoosely(text: string, yaml: Document): Document | undefined {
  let moved = text;
  let document = yaml;
  for (let left = MOST_ROUNDS; left > 0 && isMisread(moved, document); left--) {
    const deeper = withDeeperTexts(moved, document);
    if (deeper === undefined) return undefined;
    const [first, second] = parseAllDocuments(deeper, READ_OPTIONS);
    if (first === undefined || second !== undefined) return undefined;
    moved = deeper;
    document = first;
  }
  return isMisread(moved, document) ? undefined : document;
}

function isMisread(text: string, yaml: Document): boolean {
  return yaml.errors.length > 0 || brokenOff(text, yaml) !== undefined;
}

/**
 * Where such a text goes on after a line that ends in a doubled quote: the parser takes that for its end, and finds no error
 * where the next line is YAML itself.
 */
export function brokenOff(text: string, yaml: Document): number | undefined {
  if (!/''\r?$/m.test(text)) return undefined;
  const range = quotedRanges(yaml).find(([start, end]) => {
    const whole = quotedAt(text, start);
    return whole !== undefined && start + whole.length > end;
  });
  return range?.[1];
}

/** Each round costs a parsing of the document; one moves nearly all texts. */
const MOST_ROUNDS = 10;

function withDeeperTexts(text: string, yaml: Document): string | undefined {
  let deeper = '';
  let done = 0;
  for (const [start, end] of quotedRanges(yaml)) {
    const column = start - text.lastIndexOf('\n', start) - 1;
    // What follows a text that was cut off may have been taken for something else.
    const isValue = /[:-] +$/.test(text.slice(start - column, start));
    const whole = quotedAt(text, start);
    if (start < done || !isValue || whole === undefined || start + whole.length === end) continue;
    const moved = whole.replaceAll(/\n(?=.*\S)/g, `\n${' '.repeat(column)}`);
    deeper += text.slice(done, start) + moved;
    done = start + whole.length;
  }
  return done === 0 ? undefined : deeper + text.slice(done);
}

/** Where the texts in quotes are; those that the parser cut off end where it did. */
function quotedRanges(yaml: Document): (readonly [start: number, end: number])[] {
  const ranges: [number, number][] = [];
  const look = ({ type, range }: Scalar): void => {
    if ((type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE) && range)
      ranges.push([range[0], range[1]]);
  };
  visit(yaml, { Scalar: (_key, node) => look(node) });
  return ranges.toSorted(([one], [other]) => one - other);
}

function quotedAt(text: string, start: number): string | undefined {
  const quoted = text[start] === "'" ? /'(?:[^']|'')*'/y : /"(?:[^"\\]|\\[\s\S])*"/y;
  quoted.lastIndex = start;
  return quoted.exec(text)?.[0];
}

/** Where the quote opens that the parser finds not closed. */
export function openingQuote(yaml: Document, error: YAMLParseError): number | undefined {
  if (!error.message.startsWith('Missing closing ')) return undefined;
  return quotedRanges(yaml).findLast(([start, end]) => start < error.pos[0] && end >= error.pos[0])?.[0];
}
