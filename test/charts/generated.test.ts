import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CHART_FOLDER, chartFiles } from '../../scripts/chart/generate.ts';
import { readValues } from '../../scripts/chart/values.ts';
import { isObject, type Json } from '../../src/core/json.ts';
import { SETTINGS } from '../../src/settings.ts';

const values = readValues(read('values.yaml'));

describe('the chart', () => {
  test.each([...chartFiles()])('has %s as `npm run chart` makes it', (path, text) => {
    if (path.endsWith('.json')) expect(JSON.parse(read(path))).toEqual(JSON.parse(text));
    else expect(read(path)).toBe(text);
  });

  test('has no definition besides those of crds/', () => {
    const made = [...chartFiles().keys()].filter((path) => path.startsWith('files/crds/'));
    expect(readdirSync(new URL('files/crds/', CHART_FOLDER)).map((name) => `files/crds/${name}`)).toEqual(
      made.toSorted(),
    );
  });
});

describe('values.schema.json', () => {
  const schema: unknown = JSON.parse(read('values.schema.json'));

  test('knows the values of values.yaml, and of others only what a parent chart may set', () => {
    const known = propertiesIn(schema);
    const documented = values.values.map(({ path }) => path.join('.'));
    const inner = [...known].filter((path) => !documented.some((each) => path.startsWith(`${each}.`)));
    const sections = values.sections.map(({ path }) => path.join('.'));
    expect(inner.toSorted()).toEqual([...documented, ...sections, 'enabled'].toSorted());
  });

  test('refuses what it does not know, at every level that values.yaml describes, but what belongs to all charts', () => {
    const open = values.sections
      .map(({ path }) => path)
      .filter((path) => schemaAt(schema, path).additionalProperties !== false);
    expect(open).toEqual([['global']]);
  });

  test('has no defaults but those of values.yaml', () => {
    const stale = values.sections.filter(({ path }) => Object.hasOwn(schemaAt(schema, path), 'default'));
    expect(stale).toEqual([]);
  });
});

/** What the chart sets by other means than `config` and `controller.config`. */
const SET_OTHERWISE: Readonly<Record<string, string>> = {
  ROOTLOCK_HTTPS_HOST: 'pods listen on all their addresses',
  ROOTLOCK_HTTPS_PORT: 'webhook.port',
  ROOTLOCK_TLS_CERT_FILE: 'certificates.certManager',
  ROOTLOCK_TLS_KEY_FILE: 'certificates.certManager',
  ROOTLOCK_CLIENT_CA_FILE: 'certificates.clientAuthority',
  ROOTLOCK_CLIENT_NAMES: 'certificates.clientAuthority',
  ROOTLOCK_NAMESPACE: 'the namespace of the pod',
  ROOTLOCK_SERVICE: 'the name of the Service',
  ROOTLOCK_TLS_SECRET: 'the name of the Secret',
  ROOTLOCK_CERTIFICATE_LIFETIME: 'certificates.lifetime',
  ROOTLOCK_MUTATING_CONFIGURATION: 'the name of the configuration',
  ROOTLOCK_VALIDATING_CONFIGURATION: 'the name of the configuration',
  ROOTLOCK_PROBE_PORT: 'controller.port',
};

describe("the chart's config", () => {
  const rows = Object.values(SETTINGS).filter(({ variable }) => !Object.hasOwn(SET_OTHERWISE, variable));
  const config = values.values.filter(({ path }) => /^(controller\.)?config\.\w+$/.test(path.join('.')));

  test('has a value for each setting that the chart does not set by other means, and no other', () => {
    expect(config.map(({ path }) => variableOf(path.at(-1) ?? '')).toSorted()).toEqual(
      rows.map(({ variable }) => variable as string).toSorted(),
    );
  });

  test.each(config)('has the default of the setting for $path', ({ path, absent }) => {
    const row = rows.find(({ variable }) => variable === variableOf(path.at(-1) ?? ''));
    const parsed = absent === '' ? row?.absent : row?.parse(textOf(absent));
    // Pods have no terminal, so that the chart names the format that `auto` would come to.
    const want = row === SETTINGS.logFormat ? 'json' : row?.absent;
    expect(parsed).toEqual(want);
  });
});

/** As the template `rootlock.settings` does it. */
function variableOf(key: string): string {
  return `ROOTLOCK_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function textOf(value: Json): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function propertiesIn(schema: unknown, path: readonly string[] = []): Set<string> {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  return new Set(
    Object.entries(properties).flatMap(([key, inner]) => {
      const here = [...path, key];
      return [here.join('.'), ...propertiesIn(inner, here)];
    }),
  );
}

function schemaAt(schema: unknown, path: readonly string[]): { readonly additionalProperties?: unknown } {
  const [key, ...rest] = path;
  if (!isObject(schema)) throw new Error(`no schema at ${path.join('.')}`);
  if (key === undefined) return schema;
  return schemaAt(isObject(schema.properties) ? schema.properties[key] : undefined, rest);
}

function read(path: string): string {
  return readFileSync(new URL(path, CHART_FOLDER), 'utf8');
}
