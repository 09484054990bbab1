import { type Document, parseAllDocuments, Scalar, visit, type YAMLParseError } from 'yaml';
import { PARSE_OPTIONS } from './schema.ts';

/**
 * Go's parser, and so kubectl, takes a text in quotes that goes on no deeper than its key, as in the `config: '{` of many a
 * network attachment; YAML does not. What the document says when such lines stand further right, which changes no text;
 * undefined where something else is wrong with it.
 */
export function readLoosely(text: string, yaml: Document): Document | undefined {
  let moved = text;
  let document = yaml;
  for (let left = MOST_TEXTS; left > 0 && document.errors.length > 0; left--) {
    const deeper = withDeeperText(moved, document);
    if (deeper === undefined) return undefined;
    const [first, second] = parseAllDocuments(deeper, { ...PARSE_OPTIONS, keepSourceTokens: false });
    if (first === undefined || second !== undefined) return undefined;
    moved = deeper;
    document = first;
  }
  return document.errors.length === 0 ? document : undefined;
}

/** Each costs a parsing of the document. */
const MOST_TEXTS = 50;

function withDeeperText(text: string, yaml: Document): string | undefined {
  const [error] = yaml.errors;
  const opening = error && openingQuote(yaml, error);
  if (opening === undefined) return undefined;
  const quoted = text[opening] === "'" ? /'(?:[^']|'')*'/y : /"(?:[^"\\]|\\[\s\S])*"/y;
  quoted.lastIndex = opening;
  const whole = quoted.exec(text)?.[0];
  if (whole === undefined) return undefined;
  const column = opening - text.lastIndexOf('\n', opening) - 1;
  const deeper = whole.replaceAll(/\n(?=.*\S)/g, `\n${' '.repeat(column)}`);
  return deeper === whole
    ? undefined
    : `${text.slice(0, opening)}${deeper}${text.slice(opening + whole.length)}`;
}

/** Where the quote opens that the parser finds not closed. */
export function openingQuote(yaml: Document, error: YAMLParseError): number | undefined {
  if (!error.message.startsWith('Missing closing ')) return undefined;
  let opening: number | undefined;
  const look = ({ type, range }: Scalar): void => {
    const quoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
    if (quoted && range && range[0] < error.pos[0] && range[1] >= error.pos[0]) opening = range[0];
  };
  visit(yaml, { Scalar: (_key, node) => look(node) });
  return opening;
}
