import { FIELD_MANAGERS } from '../field-managers.ts';
import { isObject, type JsonObject } from '../json.ts';
import { BUILTIN_ANNOTATION, type ObservedProfile } from '../observed/observed-profile.ts';
import type { Profile } from './profile.ts';
import { SOURCE_LABEL } from './read-profile.ts';
import { sameContent } from './same-profile.ts';

/** A built-in profile of this release. */
export type Shipped = {
  readonly profile: Profile;
  readonly resource: JsonObject;
  /** Of the resource: tells an edit from an upgrade. */
  readonly digest: string;
};

export type Shipping =
  | { readonly kind: 'in-place' }
  | {
      readonly kind: 'apply';
      readonly because: 'missing' | 'upgraded' | 'edited';
      readonly object: JsonObject;
    }
  /** A person's profile has the name: it stays, and is likely meant to take the built-in one's place. */
  | { readonly kind: 'name-taken' }
  /** An earlier release shipped it, and this one does not. */
  | { readonly kind: 'prune' };

/**
 * What is to be done about one name of the catalog.
 *
 * | this release has it | the cluster has            | then                                     |
 * |---------------------|----------------------------|------------------------------------------|
 * | yes                 | nothing                    | apply: missing                           |
 * | yes                 | a person's                 | name taken                               |
 * | yes                 | ours, of another text      | apply: upgraded                          |
 * | yes                 | ours, of this text, edited | apply: edited                            |
 * | yes                 | ours, as it should be      | in place                                 |
 * | no                  | ours, applied by us        | prune                                    |
 * | no                  | anything else              | in place                                 |
 *
 * Ours is what has the label `source: builtin`, or what we applied, whatever somebody made of its labels. Pruned is
 * only what has both: a copy that a person made of a built-in profile was not applied by us.
 */
export function shippingOf(wanted: Shipped | undefined, found: ObservedProfile | undefined): Shipping {
  if (wanted === undefined) {
    const pruned = found?.source === 'builtin' && found.applied && !found.deleting;
    return { kind: pruned ? 'prune' : 'in-place' };
  }
  const object = objectOf(wanted);
  if (found === undefined) return { kind: 'apply', because: 'missing', object };
  if (found.source !== 'builtin' && !found.applied) return { kind: 'name-taken' };
  if (found.builtinDigest !== wanted.digest) return { kind: 'apply', because: 'upgraded', object };
  return isAsShipped(found, wanted) ? { kind: 'in-place' } : { kind: 'apply', because: 'edited', object };
}

function isAsShipped({ read, source }: ObservedProfile, { profile }: Shipped): boolean {
  return source === 'builtin' && read.kind === 'profile' && sameContent(read.profile, profile);
}

/** The resource as it is applied: with the label that makes it ours, and the digest. */
function objectOf({ resource, digest }: Shipped): JsonObject {
  const metadata = isObject(resource.metadata) ? resource.metadata : {};
  const { labels, annotations } = metadata;
  return {
    ...resource,
    metadata: {
      ...metadata,
      labels: {
        ...(isObject(labels) && labels),
        [SOURCE_LABEL]: 'builtin',
        'app.kubernetes.io/managed-by': FIELD_MANAGERS.controller,
      },
      annotations: { ...(isObject(annotations) && annotations), [BUILTIN_ANNOTATION]: digest },
    },
  };
}
