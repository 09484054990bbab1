import type { Document, YAMLParseError } from 'yaml';
import { indentationAdvice } from './indentation.ts';
import { brokenOff, openingQuote } from './loose-quotes.ts';

export type SyntaxError = { readonly offset: number; readonly message: string; readonly advice: string };

/** What is wrong with a document first, for whoever wrote the file: where to look, what it is, and what to do. */
export function syntaxErrorIn(text: string, yaml: Document): SyntaxError | undefined {
  const [error] = yaml.errors;
  if (error !== undefined) return syntaxError(text, yaml, error);
  const broken = brokenOff(text, yaml);
  return broken === undefined ? undefined : { offset: firstInk(text, broken + 1), ...TEXT_GOES_ON };
}

function syntaxError(text: string, yaml: Document, error: YAMLParseError): SyntaxError {
  const at = firstInk(text, error.pos[0]);
  for (const explain of EXPLANATIONS) {
    const said = explain({ text, yaml, error, at });
    if (said) return { offset: at, ...said };
  }
  return { offset: at, message: lower(error.message), advice: 'correct this line, then run it again' };
}

/** A document that parses, but whose aliases lead nowhere or never end. */
export function aliasError(text: string, failure: unknown): SyntaxError {
  const message = failure instanceof Error ? failure.message : String(failure);
  const name = message.match(/^Unresolved alias .*: (.+)$/)?.[1];
  if (name === undefined) {
    return { offset: 0, message: lower(message), advice: 'write the aliased values out' };
  }
  return {
    offset: Math.max(0, text.indexOf(`*${name}`)),
    message: `*${name} is an alias, and no &${name} stands above it`,
    advice: `add &${name} to the value that it repeats, or put quotes around it if the * is meant as it stands`,
  };
}

type Case = {
  readonly text: string;
  readonly yaml: Document;
  readonly error: YAMLParseError;
  /** Where the error is, past the spaces that begin its line. */
  readonly at: number;
};

type Explanation = (
  wrong: Case,
) => { readonly offset?: number; readonly message: string; readonly advice: string } | undefined;

/** The first that knows the error speaks. */
const EXPLANATIONS: readonly Explanation[] = [
  tab,
  documentsRunTogether,
  duplicateKey,
  unclosedQuote,
  unclosedBracket,
  bracketsInValue,
  missingSpace,
  missingColon,
  colonInValue,
  reservedCharacter,
  wrongIndentation,
  textAfterValue,
];

function tab({ text, error }: Case): ReturnType<Explanation> {
  const line = lineAt(text, error.pos[0]);
  const indent = line.text.match(/^\s*/)?.[0] ?? '';
  if (error.code !== 'TAB_AS_INDENT' && !indent.includes('\t')) return undefined;
  return {
    offset: line.start + Math.max(0, indent.indexOf('\t')),
    message: 'this line is indented with a tab',
    advice: 'YAML allows only spaces there: replace each tab with 2 spaces',
  };
}

function documentsRunTogether({ text, error, at }: Case): ReturnType<Explanation> {
  const line = lineAt(text, at);
  const root = /^(apiVersion|kind):/.exec(line.text)?.[1];
  if (error.code === 'DUPLICATE_KEY' && root !== undefined) {
    const number = lineNumber(text, at);
    return {
      message: `a second "${root}": two documents run together here`,
      advice: `put a line with --- before the second document (line ${number})`,
    };
  }
  if (error.message.startsWith('Unexpected flow-map-start') && text.trimStart().startsWith('{')) {
    return {
      message: 'a second JSON object begins here',
      advice: 'put a line with --- between the two objects, or make them the items of one "kind": "List"',
    };
  }
  return undefined;
}

function duplicateKey({ text, error, at }: Case): ReturnType<Explanation> {
  if (error.code !== 'DUPLICATE_KEY') return undefined;
  const line = lineAt(text, at);
  const key = keyAt(text, at);
  const column = at - line.start;
  const above = text.slice(0, line.start).split('\n');
  const first = above.findLastIndex((each) => each.slice(column).startsWith(`${key}:`));
  return {
    message: `the key "${key}" is there twice${first >= 0 ? ` (first on line ${first + 1})` : ''}`,
    advice: 'keep one of the two, or merge what is below them',
  };
}

function unclosedQuote({ text, yaml, error }: Case): ReturnType<Explanation> {
  const quote = error.message.match(/^Missing closing (.)quote/)?.[1];
  if (quote === undefined) return undefined;
  const opening = openingQuote(yaml, error);
  const rest = text.slice(error.pos[0]);
  const next = error.pos[0] + rest.length - rest.trimStart().length;
  const line = lineAt(text, next);
  const goesOn = !/^\s*(?:- |[\w./-]+:(?:\s|$))/.test(line.text) && rest.includes(quote);
  if (line.start > (opening ?? -1) && (goesOn || line.text.includes(quote))) {
    return { offset: next, ...TEXT_GOES_ON };
  }
  return {
    ...(opening !== undefined && { offset: opening }),
    message: `the quote ${quote} that opens here is never closed`,
    advice: `add the closing ${quote}`,
  };
}

const TEXT_GOES_ON = {
  message: 'a text in quotes goes on here, on a line that is not indented deeper than its key',
  advice: 'indent this line by 2 spaces more',
};

function unclosedBracket({ text, error }: Case): ReturnType<Explanation> {
  const flow = /^Flow (sequence|map) in block collection must be/.exec(error.message)?.[1];
  const end = flow
    ? flow === 'map'
      ? '}'
      : ']'
    : /flow .* (?:to|must) end with (?:an? )?([\]}])/i.exec(error.message)?.[1];
  if (end === undefined) return undefined;
  const bracket = end === '}' ? '{' : '[';
  const opening = lastOpen(text.slice(0, error.pos[0]), bracket);
  const atEnd = text.slice(error.pos[0]).trim() === '';
  return {
    ...(opening >= 0 && { offset: opening }),
    message: `the bracket ${bracket} that opens here is ${atEnd ? 'never closed' : 'not closed where the line below it begins'}`,
    advice: `add the closing ${end}`,
  };
}

/** `image: {images[web]}`: a placeholder of a program that we do not know, or a text. */
function bracketsInValue({ text, error, at }: Case): ReturnType<Explanation> {
  if (!/^missing , or : between flow/i.test(error.message)) return undefined;
  const found = /^(\s*(?:- )*)([^\s:]+): ([{[].*)$/.exec(lineAt(text, at).text);
  if (!found) return undefined;
  const [, indent = '', key = '', value = ''] = found;
  return {
    offset: lineAt(text, at).start + indent.length + key.length + 2,
    message: `the value of "${key}" begins with ${value[0]}, which opens a ${value[0] === '{' ? 'map' : 'list'}`,
    advice: `put quotes around it if it is meant as it stands: ${key}: '${value.trim().replaceAll("'", "''")}'`,
  };
}

/** The last bracket of a kind that has no closing one; what is in double quotes aside. */
function lastOpen(text: string, bracket: '{' | '['): number {
  const open: number[] = [];
  for (const { 0: sign, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}[\]]/g)) {
    if (sign === '{' || sign === '[') open.push(index);
    else if (sign === '}' || sign === ']') open.pop();
  }
  return open.findLast((at) => text[at] === bracket) ?? text.lastIndexOf(bracket);
}

function missingSpace({ text, at }: Case): ReturnType<Explanation> {
  const found = /^(\s*(?:- )*)([\w./-]+):([^\s:/].*)$/.exec(lineAt(text, at).text);
  if (!found) return undefined;
  const [, indent = '', key = '', value = ''] = found;
  return {
    offset: lineAt(text, at).start + indent.length + key.length,
    message: `there is no space after "${key}:"`,
    advice: `write ${key}: ${value.trim()}`,
  };
}

const MISSING_COLON = /^(?:Implicit (?:map )?keys need|Implicit map keys)/;

function missingColon({ text, error, at }: Case): ReturnType<Explanation> {
  if (!MISSING_COLON.test(error.message)) return undefined;
  const key = lineAt(text, at)
    .text.trim()
    .replace(/^(?:- )+/, '');
  if (key.includes(': ') || key.endsWith(':')) return undefined;
  return { message: `there is no colon after "${key}"`, advice: `write ${key}: and its value` };
}

function colonInValue({ text, error, at }: Case): ReturnType<Explanation> {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const found = /^\s*(?:- )*([^\s:]+): (.*: .*)$/.exec(lineAt(text, at).text);
  if (!found) {
    const key = lineAt(text, at).text.match(/([^\s:]+):/)?.[1] ?? 'this key';
    return {
      message: `"${key}" already has a value on its line, and more is indented below it`,
      advice: 'indent the lines below it less, or remove the value',
    };
  }
  const [, key = '', value = ''] = found;
  return {
    message: `the value of "${key}" has a colon and a space in it`,
    advice: `put quotes around it: ${key}: '${value.trim().replaceAll("'", "''")}'`,
  };
}

function reservedCharacter({ text, error, at }: Case): ReturnType<Explanation> {
  if (error.code !== 'BAD_SCALAR_START') return undefined;
  const value = lineAt(text, at).text.slice(at - lineAt(text, at).start);
  return {
    message: `a value cannot begin with ${value[0] ?? ''}`,
    advice: `put quotes around it: '${value.trim().replaceAll("'", "''")}'`,
  };
}

function wrongIndentation({ text, error, at }: Case): ReturnType<Explanation> {
  const indents =
    error.code === 'BAD_INDENT' ||
    MISSING_COLON.test(error.message) ||
    error.message.startsWith('Sequence item without -') ||
    error.message.startsWith('All mapping items') ||
    error.message.startsWith('A block sequence may not');
  return indents ? indentationAdvice(text, at) : undefined;
}

function textAfterValue({ text, error, at }: Case): ReturnType<Explanation> {
  if (error.code !== 'UNEXPECTED_TOKEN') return undefined;
  const line = lineAt(text, at);
  if (text[at] === ',') return { message: 'there is a comma too many', advice: 'remove it' };
  const rest = text.slice(at, line.start + line.text.length).trim();
  return {
    message: `${rest === '' ? 'this' : `"${rest}"`} is left over after a value that is already complete`,
    advice: 'put quotes around the whole value, or remove what follows it',
  };
}

/** Errors about indentation point at the start of a line: people look at its first word. */
function firstInk(text: string, offset: number): number {
  const found = /[^ \t]/.exec(text.slice(offset));
  const ink = offset + (found?.index ?? 0);
  return text[ink] === '\n' || text[ink] === undefined ? offset : ink;
}

function keyAt(text: string, at: number): string {
  return (
    text
      .slice(at)
      .match(/^"?([^":\n]+)/)?.[1]
      ?.trim() ?? ''
  );
}

function lineAt(text: string, offset: number): { start: number; text: string } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { start, text: text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '') };
}

function lineNumber(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
