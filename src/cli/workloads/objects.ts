import { isArray, isObject, type Json, type JsonObject, textOf } from '../../core/json.ts';
import type { YamlDocument } from '../yaml/stream.ts';
import { podMaker, podPointer } from './kinds.ts';

/** A Kubernetes object in a document: the document itself, or an item of a list. */
export type ManifestObject = {
  readonly document: YamlDocument;
  /** JSON pointer from the document's root to the object. */
  readonly pointer: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** metadata.name, else metadata.generateName, else ''. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly json: JsonObject;
};

/** All objects of a document, those of lists and of lists in lists too. */
export function objectsIn(document: YamlDocument): ManifestObject[] {
  const { content } = document;
  if (content.kind !== 'mapping' || !isObject(content.json)) return [];
  return unfold({ document, json: content.json, pointer: '', inherited: { apiVersion: '', kind: '' } });
}

type Place = {
  readonly document: YamlDocument;
  readonly json: JsonObject;
  readonly pointer: string;
  /** Items of a DeploymentList may leave out what the list says already. */
  readonly inherited: { readonly apiVersion: string; readonly kind: string };
};

function unfold({ document, json, pointer, inherited }: Place): ManifestObject[] {
  const apiVersion = textOf(json.apiVersion) ?? inherited.apiVersion;
  const kind = textOf(json.kind) ?? inherited.kind;
  const { items } = json;
  if (kind.endsWith('List') && isArray(items)) {
    const below =
      kind === 'List' || kind === RESOURCE_LIST
        ? { apiVersion: '', kind: '' }
        : { apiVersion, kind: kind.slice(0, -4) };
    return items.flatMap((item: Json, index) =>
      isObject(item)
        ? unfold({ document, json: item, pointer: `${pointer}/items/${index}`, inherited: below })
        : [],
    );
  }
  const metadata = isObject(json.metadata) ? json.metadata : {};
  return [
    {
      document,
      pointer,
      apiVersion,
      kind,
      name: textOf(metadata.name) ?? textOf(metadata.generateName) ?? '',
      namespace: textOf(metadata.namespace),
      json,
    },
  ];
}

const RESOURCE_LIST = 'ResourceList';

/** The input of a KRM function (kustomize, kpt): a list whose items are to be changed. */
export function isResourceList(json: JsonObject): boolean {
  return json.kind === RESOURCE_LIST && (textOf(json.apiVersion) ?? '').startsWith('config.kubernetes.io/');
}

export type ObjectClass =
  /** Its pods are hardened; `pod` is the JSON pointer from the object to the pod or its template. */
  | { readonly kind: 'workload'; readonly pod: string }
  /** Its controller makes pods, and the webhook hardens those. */
  | { readonly kind: 'pod-maker'; readonly maker: string }
  | { readonly kind: 'profile' }
  | { readonly kind: 'namespace' }
  | { readonly kind: 'other' };

export function classify({ apiVersion, kind, json }: ManifestObject): ObjectClass {
  const pod = podPointer(apiVersion, kind);
  if (pod !== undefined) return { kind: 'workload', pod };
  if (apiVersion.startsWith('rootlock.dev/') && kind.endsWith('WritablePathProfile'))
    return { kind: 'profile' };
  if (apiVersion === 'v1' && kind === 'Namespace') return { kind: 'namespace' };
  const maker =
    podMaker(apiVersion, kind) ?? (looksLikePodMaker(json) ? `the controller of ${kind}` : undefined);
  return maker === undefined ? { kind: 'other' } : { kind: 'pod-maker', maker };
}

/** A kind that is in no table, with a pod template where most have it. */
function looksLikePodMaker({ apiVersion, spec }: JsonObject): boolean {
  if (!(textOf(apiVersion) ?? '').includes('.') || !isObject(spec) || !isObject(spec.template)) return false;
  const inner = spec.template.spec;
  return isObject(inner) && isArray(inner.containers);
}

/** `Deployment shop/web`: how people name an object. */
export function titleOf({ kind, namespace, name }: ManifestObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name === '' ? '(no name)' : name}`;
}
