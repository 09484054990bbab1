import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import { helm } from '../../test/support/control-plane/binaries.ts';

export const DEPLOY_FOLDER = new URL('../../deploy/', import.meta.url);
const CHART = fileURLToPath(new URL('../../charts/rootlock/', import.meta.url));
const NAMESPACE = 'rootlock-system';

/** One object of the chart, and the template that it is from: `webhook/service.yaml`. */
type Made = { readonly template: string; readonly object: JsonObject };

/**
 * The files of `deploy/` by their paths in it: what the chart makes of its defaults, for people without Helm; as one
 * file, and as a base for Kustomize.
 */
export async function manifestFiles(): Promise<ReadonlyMap<string, string>> {
  const args = ['template', 'rootlock', CHART, '--namespace', NAMESPACE];
  const text = execFileSync(await helm(), args, { encoding: 'utf8', env: NO_SETTINGS });
  const made = [{ template: 'namespace.yaml', object: namespaceObject() }, ...madeIn(text)];
  const templates = [...new Set(made.map(({ template }) => template))];
  return new Map([
    ['install.yaml', fileOf(made)],
    ['kustomize/kustomization.yaml', `${HEADER}${stringify(kustomization(templates))}`],
    ...templates.map((template): [string, string] => [
      `kustomize/${template}`,
      fileOf(made.filter((each) => each.template === template)),
    ]),
  ]);
}

const HEADER = '# Made from the chart by `npm run manifests`: edit that.\n';

/** What the user has set up for Helm must not show. */
const NO_SETTINGS = { HOME: '/nonexistent', KUBECONFIG: '/dev/null' };

function namespaceObject(): JsonObject {
  const level = 'pod-security.kubernetes.io';
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: NAMESPACE,
      labels: { [`${level}/enforce`]: 'restricted', [`${level}/warn`]: 'restricted' },
    },
  };
}

function madeIn(text: string): Made[] {
  return text.split(/^---$/m).flatMap((document) => {
    const object: unknown = parse(document);
    if (!isObject(object)) return [];
    const template = /^# Source: rootlock\/templates\/(.+)$/m.exec(document)?.[1];
    if (template === undefined) throw new Error(`helm template does not say where this is from: ${document}`);
    return [{ template, object: withoutHelm(object) }];
  });
}

/** Labels and annotations that only Helm makes something of. */
const OF_HELM = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'helm.sh/resource-policy'];

function withoutHelm(object: JsonObject): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const kept = Object.entries(metadata).map(([key, value]): [string, Json | undefined] => [
    key,
    isObject(value) ? without(value, OF_HELM) : value,
  ]);
  const filled = kept.filter(([, value]) => !isObject(value) || Object.keys(value).length > 0);
  return { ...object, metadata: Object.fromEntries(filled) };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function fileOf(made: readonly Made[]): string {
  const documents = made.map(({ object }) =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${HEADER}${documents.join('---\n')}`;
}

function kustomization(resources: readonly string[]): JsonObject {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
}

if (import.meta.main) {
  const files = await manifestFiles();
  rmSync(DEPLOY_FOLDER, { recursive: true, force: true });
  for (const [path, text] of files) {
    const file = new URL(path, DEPLOY_FOLDER);
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, text);
  }
}
