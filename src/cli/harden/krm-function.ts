import type { Operation } from '../../core/admission/operation.ts';
import { isArray, isObject, type JsonObject } from '../../core/json.ts';
import type { Inspection } from '../inspect/inspect.ts';
import { OUTCOMES, outcomeOf, reasonsOf } from '../report/outcome.ts';
import { isResourceList, type ManifestObject } from '../workloads/objects.ts';
import type { YamlDocument } from '../yaml/stream.ts';

/** The ResourceList of a KRM function's input, where the input is one. */
export function resourceListOf(documents: readonly YamlDocument[]): JsonObject | undefined {
  for (const { content } of documents) {
    if (content.kind === 'mapping' && isObject(content.json) && isResourceList(content.json))
      return content.json;
  }
  return undefined;
}

/** What the function's configuration says: the keys of `data` (a ConfigMap) or of `spec`, named as the flags are. */
export function functionConfig({ functionConfig: config }: JsonObject): JsonObject {
  if (!isObject(config)) return {};
  if (isObject(config.data)) return config.data;
  return isObject(config.spec) ? config.spec : {};
}

/** The results that a KRM function adds to its list (Kustomize's KRM Functions Specification, `results`). */
export function resultOperations(document: YamlDocument, inspection: Inspection): Operation[] {
  const list = resourceListOf([document]);
  if (list === undefined) return [];
  const results = inspection.workloads
    .filter(({ object }) => object.document === document)
    .map(({ object, decision }): JsonObject => {
      const outcome = outcomeOf(decision);
      const reasons = reasonsOf(decision);
      return {
        message: `${OUTCOMES[outcome]}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
        severity: outcome === 'denied' ? 'error' : reasons.length === 0 ? 'info' : 'warning',
        resourceRef: resourceRef(object),
      };
    });
  if (results.length === 0) return [];
  if (!isArray(list.results)) return [{ op: 'add', path: '/results', value: results }];
  return results.map((value) => ({ op: 'add', path: '/results/-', value }));
}

function resourceRef({ apiVersion, kind, name, namespace }: ManifestObject): JsonObject {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}
