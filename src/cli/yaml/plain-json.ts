import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { lastOf } from './last-of.ts';

/**
 * The object that a text is in JSON, read in a small part of the time that it takes as YAML. Undefined for all else, and
 * where a key is there twice, of which JSON.parse keeps the last: the reader of YAML tells what is wrong.
 */
export function plainJson(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const json: Json = JSON.parse(text);
    placesIn(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Where what the keys lead to stands in such a text, or the nearest thing above it that is there. */
export function placeInJson(text: string, keys: readonly string[]): number {
  let place: Place | undefined = placesIn(text);
  let { at } = place;
  for (const key of keys) {
    place = place.below?.get(key);
    if (place === undefined) break;
    at = place.at;
  }
  return at;
}

type Place = {
  /** Of a field's key, of an item itself. */
  readonly at: number;
  /** Fields by their keys, items by their numbers. */
  readonly below?: ReadonlyMap<string, Place>;
};

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|[^\s{}[\],:"]+/g;

/** Of a text that JSON.parse has read, so that only its keys remain to be looked at. Throws where one is there twice. */
const placesIn = lastOf((text): Place => {
  const tokens = text.matchAll(TOKENS);
  const next = () => {
    const { value } = tokens.next();
    if (value === undefined) throw new Error('expected JSON, and it breaks off');
    return value;
  };
  const placeOf = (token: ReturnType<typeof next>, at = token.index): Place => {
    switch (token[0]) {
      case '{': {
        const below = new Map<string, Place>();
        for (let key = next(); key[0] !== '}'; key = next()) {
          const name: string = JSON.parse(key[0]);
          if (below.has(name)) throw new Error(`the key ${name} is there twice`);
          below.set(name, placeOf(next(), key.index));
        }
        return { at, below };
      }
      case '[': {
        const below = new Map<string, Place>();
        for (let item = next(); item[0] !== ']'; item = next()) below.set(String(below.size), placeOf(item));
        return { at, below };
      }
      default:
        return { at };
    }
  };
  return placeOf(next());
});
