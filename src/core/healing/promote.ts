import { API_VERSION, readProfile } from '../catalog/read-profile.ts';
import { isObject, type JsonObject } from '../json.ts';

export type Promotion =
  | { readonly kind: 'profile'; readonly object: JsonObject }
  | { readonly kind: 'refused'; readonly because: string };

/** Where a cluster profile came from, for people. */
const PROMOTED_ANNOTATION = 'rootlock.dev/promoted-from';

/**
 * The cluster profile that says what a namespaced one does. It is the person's who asked for it, and so has no source
 * label: it comes before what is learned and what is built in, and is never forgotten.
 */
export function promote(json: JsonObject, name: string): Promotion {
  const read = readProfile(json);
  if (read.kind === 'malformed') {
    const because = read.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
    return { kind: 'refused', because: `it cannot be read: ${because}` };
  }
  const { profile } = read;
  if (profile.namespace === undefined) return { kind: 'refused', because: 'it is a cluster profile already' };
  if (profile.action === 'Exempt') {
    const because =
      'it exempts its image in one namespace only; write a ClusterWritablePathProfile yourself if all of them are to';
    return { kind: 'refused', because };
  }
  const metadata = {
    name,
    annotations: { [PROMOTED_ANNOTATION]: `${profile.namespace}/${profile.name}` },
  };
  const spec = isObject(json.spec) ? json.spec : {};
  return {
    kind: 'profile',
    object: { apiVersion: API_VERSION, kind: 'ClusterWritablePathProfile', metadata, spec },
  };
}
