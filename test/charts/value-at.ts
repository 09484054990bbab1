import { isArray, isObject } from '../../src/core/json.ts';

/** The value at a path of keys and indices; undefined where there is none. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((here, key) => {
    if (typeof key === 'number') return isArray(here) ? here[key] : undefined;
    return isObject(here) ? here[key] : undefined;
  }, value);
}

/** The items of a list that the API server answered. */
export function itemsOf(list: unknown): readonly unknown[] {
  const items = valueAt(list, 'items');
  return isArray(items) ? items : [];
}
