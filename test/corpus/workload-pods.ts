import { parseAllDocuments } from 'yaml';
import { podPointer } from '../../src/cli/workloads/kinds.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../../src/core/json.ts';
import type { Compared } from './accepted-alike.ts';

/** The pods of a file of manifests: those in it, and one of each workload's template. */
export function podsIn(file: string, text: string): Compared[] {
  // As kubectl reads it, to which 0755 is an octal number.
  return parseAllDocuments(text, { version: '1.1', uniqueKeys: false }).flatMap((document) => {
    if (document.errors.length > 0) return [];
    const content: unknown = document.toJS();
    return objectsIn(content).flatMap((object, index) => {
      const pod = podOf(object);
      return pod === undefined ? [] : [{ title: `${file} ${textOf(object.kind)} ${index}`, pod }];
    });
  });
}

function objectsIn(content: unknown): readonly JsonObject[] {
  if (!isObject(content)) return [];
  const { kind, items } = content;
  return textOf(kind)?.endsWith('List') && isArray(items) ? items.flatMap(objectsIn) : [content];
}

function podOf(object: JsonObject): JsonObject | undefined {
  const pointer = podPointer(textOf(object.apiVersion) ?? '', textOf(object.kind) ?? '');
  if (pointer === undefined) return undefined;
  const template = pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), object);
  if (!isObject(template)) return undefined;
  const { labels, annotations }: JsonObject = isObject(template.metadata) ? template.metadata : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'corpus-', ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: withClaims(template.spec, isObject(object.spec) ? object.spec.volumeClaimTemplates : undefined),
  };
}

/** The controller of a StatefulSet adds a volume for each of its claims. */
function withClaims(spec: Json | undefined, templates: Json | undefined): Json | undefined {
  if (!isObject(spec) || !isArray(templates)) return spec;
  const claims = templates.flatMap((template) => {
    const name = isObject(template) && isObject(template.metadata) ? template.metadata.name : undefined;
    return name === undefined ? [] : [{ name, persistentVolumeClaim: { claimName: `${name}-0` } }];
  });
  return { ...spec, volumes: [...(isArray(spec.volumes) ? spec.volumes : []), ...claims] };
}

/** The service accounts that pods name, where that is a name at all and no placeholder. */
export function serviceAccountsOf(pods: readonly Compared[]): readonly string[] {
  const names = pods.flatMap(({ pod: { spec } }) => {
    if (!isObject(spec)) return [];
    return [spec.serviceAccountName, spec.serviceAccount].flatMap((name) => textOf(name) || []);
  });
  return [...new Set(names)].filter((name) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name));
}
