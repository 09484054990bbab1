import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isObject, type JsonObject } from '../../src/core/json.ts';

const FOLDER = new URL('values/', import.meta.url);

/** The choices of several installations, by file. */
export const VALUE_SETS: readonly { readonly name: string; readonly values: JsonObject }[] = readdirSync(
  FOLDER,
).map((file) => {
  const values: unknown = parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  return { name: file.replace(/\.yaml$/, ''), values: isObject(values) ? values : {} };
});
