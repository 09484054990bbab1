import { stringify } from 'yaml';
import type { JsonObject } from '../../core/json.ts';

/** A resource as kubectl prints it. YAML 1.1 is what kubectl reads: `on` and 0777 get quotes. */
export function resourceText(resource: JsonObject, format: 'json' | 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(resource, null, 2)}\n`;
  return stringify(resource, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

export function resourceStream(resources: readonly JsonObject[]): string {
  return resources.map((resource) => resourceText(resource, 'yaml')).join('---\n');
}

export function listOf(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'List', items };
}
