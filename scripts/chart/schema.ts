import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import type { Value, Values } from './values.ts';

/** The schema with what values.yaml says of each value, for editors. Throws where it does not know one. */
export function withDescriptions(schema: JsonObject, { values, sections }: Values): JsonObject {
  const described = sections
    .filter(({ about }) => about !== '')
    .reduce((before, { path, about }) => annotate(before, path, { description: about }), schema);
  return values.reduce((before, value) => annotate(before, value.path, noteFor(value)), described);
}

function noteFor({ about, absent }: Value): JsonObject {
  return { description: about, default: absent };
}

function annotate(schema: JsonObject, path: readonly string[], note: JsonObject): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return { ...note, ...without(schema, Object.keys(note)) };
  const properties = isObject(schema.properties) ? schema.properties : {};
  const property: Json | undefined = properties[key];
  if (!isObject(property)) throw new Error(`values.schema.json does not know ${path.join('.')}`);
  return { ...schema, properties: { ...properties, [key]: annotate(property, rest, note) } };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
