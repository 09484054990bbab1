import { isObject, type JsonObject, textOf } from '../json.ts';
import {
  NAMESPACE_LABELS,
  type ReadNamespacePolicy,
  readNamespacePolicy,
} from '../policy/namespace-policy.ts';
import { ownersOf } from './managed-fields.ts';

/** What the controller keeps of a namespace. */
export type ObservedNamespace = ReadNamespacePolicy & {
  readonly name: string;
  readonly uid: string;
  readonly terminating: boolean;
  /**
   * When the mode was last set or changed, in milliseconds since the epoch: no later than this is what the API server
   * tells of it, for it keeps one time for all fields that somebody wrote together. 0 where it tells nothing.
   */
  readonly optedIn: number;
};

export function observeNamespace(json: JsonObject): ObservedNamespace {
  const metadata = isObject(json.metadata) ? json.metadata : {};
  const owners = ownersOf(metadata, ['metadata', 'labels', NAMESPACE_LABELS.mode.label]);
  return {
    name: textOf(metadata.name) ?? '',
    uid: textOf(metadata.uid) ?? '',
    terminating: metadata.deletionTimestamp != null,
    optedIn: Math.max(0, ...owners.map(({ time }) => time)),
    ...readNamespacePolicy(metadata.labels),
  };
}
