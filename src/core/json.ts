/** A value as JSON.parse returns it. Never decoded through typed classes, so fields we do not know survive. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The text of a field, or undefined where it is absent or of another type. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
