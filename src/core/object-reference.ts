import { isObject, type JsonObject, textOf } from './json.ts';

/** Names one object of the cluster. */
export type ObjectReference = {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for what is cluster-scoped. */
  readonly namespace?: string;
  readonly name: string;
  /** Absent where any object of that name is meant. */
  readonly uid?: string;
};

/** `namespace/name`, or `name` for a cluster-scoped object: the key of caches and queues. */
export function keyOf({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The namespace of a key, or undefined for a cluster-scoped object. */
export function namespaceOfKey(key: string): string | undefined {
  const slash = key.indexOf('/');
  return slash < 0 ? undefined : key.slice(0, slash);
}

/** `deployment/web`, as kubectl names an object. */
export function shortName({ kind, name }: Pick<ObjectReference, 'kind' | 'name'>): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** What an object is, read from itself; undefined where it has no name or kind. */
export function referenceTo(object: JsonObject): ObjectReference | undefined {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const [apiVersion, kind, name] = [object.apiVersion, object.kind, metadata.name].map(textOf);
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const namespace = textOf(metadata.namespace);
  const uid = textOf(metadata.uid);
  return {
    apiVersion,
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
  };
}

/** The owner that controls an object: a pod's ReplicaSet, a ReplicaSet's Deployment. */
export function controllerOf(metadata: JsonObject): ObjectReference | undefined {
  const owners = Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences : [];
  const owner = owners.find((each) => isObject(each) && each.controller === true);
  if (!isObject(owner)) return undefined;
  return referenceTo({ ...owner, metadata: { ...owner, namespace: metadata.namespace } });
}
