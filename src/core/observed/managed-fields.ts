import { parseTimestamp } from '../catalog/timestamp.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../json.ts';

/** One entry of `metadata.managedFields`: who last wrote which fields (Kubernetes docs, "Server-Side Apply"). */
export type FieldOwner = {
  readonly manager: string;
  readonly applied: boolean;
  /** `status`, or '' for the object itself. */
  readonly subresource: string;
  /** When it last wrote any field that it owns, in milliseconds since the epoch, to the second. */
  readonly time: number;
};

/** Who owns a field or something below it: `['metadata', 'labels', 'rootlock.dev/mode']`. */
export function ownersOf(metadata: JsonObject, path: readonly string[]): readonly FieldOwner[] {
  if (!isArray(metadata.managedFields)) return [];
  return metadata.managedFields.filter(isObject).flatMap((entry) => {
    if (!owns(entry.fieldsV1, path)) return [];
    return {
      manager: textOf(entry.manager) ?? '',
      applied: entry.operation === 'Apply',
      subresource: textOf(entry.subresource) ?? '',
      time: parseTimestamp(textOf(entry.time) ?? '') ?? 0,
    };
  });
}

function owns(fields: Json | undefined, path: readonly string[]): boolean {
  let at: Json | undefined = fields;
  for (const name of path) {
    if (!isObject(at)) return false;
    at = at[`f:${name}`];
  }
  return at !== undefined;
}
