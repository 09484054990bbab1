import type { FieldManager } from './field-managers.ts';
import type { JsonObject } from './json.ts';
import type { ObjectReference } from './object-reference.ts';
import type { Telling } from './telling.ts';

/** What a reconcile wants done to the cluster: returned by core, carried out by `kube/controller/perform.ts`. */
export type Action =
  /** Server-side apply, conflicts forced: the object will have these fields, and lose those we no longer name. */
  | { readonly kind: 'apply'; readonly manager: FieldManager; readonly object: JsonObject }
  /** The same for the status of an object that is there. */
  | { readonly kind: 'apply-status'; readonly manager: FieldManager; readonly object: JsonObject }
  /** RFC 6902, with the `test` operations that it depends on. */
  | {
      readonly kind: 'patch';
      readonly target: ObjectReference;
      readonly operations: readonly JsonObject[];
    }
  /** RFC 7386: objects are merged, null removes, lists are replaced. */
  | { readonly kind: 'merge'; readonly target: ObjectReference; readonly patch: JsonObject }
  /** Only where the object is still the one that was looked at. */
  | {
      readonly kind: 'delete';
      readonly target: ObjectReference & { readonly uid: string };
      readonly resourceVersion?: string;
    }
  /** By the eviction API, so that PodDisruptionBudgets count; only where the pod is still the one that was looked at. */
  | { readonly kind: 'evict'; readonly pod: ObjectReference & { readonly uid: string } }
  | { readonly kind: 'tell'; readonly telling: Telling };

/** What became of an action. Whatever else the API server says rejects. */
export type Performed =
  | { readonly kind: 'done'; readonly object?: JsonObject }
  /** The object, or the one that was meant, is not there any more. */
  | { readonly kind: 'gone' }
  /** It has changed since it was looked at (409): the next look decides anew. */
  | { readonly kind: 'changed' }
  /** A PodDisruptionBudget, or a limit of the server's, says not now (429); or there are too many events. */
  | { readonly kind: 'refused'; readonly because: string; readonly retryAfterMs?: number };
