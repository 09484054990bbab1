import { readFileSync } from 'node:fs';
import { isObject, textOf } from '../core/json.ts';

/** Of package.json, which stands two folders above this file in src/ and in dist/ alike. */
export const VERSION = versionOf(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
);

function versionOf(manifest: unknown): string {
  return (isObject(manifest) && textOf(manifest.version)) || 'unknown';
}
