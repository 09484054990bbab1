import { isArray, isObject, type Json } from '../../core/json.ts';

/** Whether two values say the same, whatever the order of their keys. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (isArray(one)) {
    return (
      isArray(other) && one.length === other.length && one.every((each, at) => sameJson(each, other[at]))
    );
  }
  if (!isObject(one)) return Object.is(one, other);
  if (!isObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
  );
}
