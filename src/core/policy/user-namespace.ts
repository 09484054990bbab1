import { isObject } from '../json.ts';
import type { Pod } from '../pod/pod.ts';

/**
 * True where the pod has a user namespace of its own (`hostUsers: false`, KEP-127): its root is nobody on the
 * node, and its capabilities count in that namespace only (user_namespaces(7)).
 */
export function hasOwnUserNamespace(pod: Pod): boolean {
  return isObject(pod.json.spec) && pod.json.spec.hostUsers === false;
}
