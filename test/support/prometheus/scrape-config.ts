import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isArray, isObject, type JsonObject, textOf } from '../../../src/core/json.ts';
import { serviceLabel } from './discovery.ts';

export type ScrapeOptions = {
  /** Where Prometheus asks for the endpoints of the monitors' namespace. */
  readonly discovery: string;
  /** Where authorities are written. */
  readonly folder: string;
  /** What a key of a Secret in the monitors' namespace holds. */
  readonly secret: (name: string, key: string) => Promise<string>;
};

/** How the Prometheus operator has a ServiceMonitor scraped, as far as ours say anything: its targets and their labels. */
export async function scrapeConfigsOf(monitor: JsonObject, options: ScrapeOptions): Promise<JsonObject[]> {
  const { metadata, spec } = monitor;
  if (!isObject(metadata) || !isObject(spec) || !isArray(spec.endpoints))
    throw new Error('no ServiceMonitor');
  const namespace = textOf(metadata.namespace) ?? '';
  const name = `${namespace}/${textOf(metadata.name)}`;
  const labels =
    isObject(spec.selector) && isObject(spec.selector.matchLabels) ? spec.selector.matchLabels : {};
  return Promise.all(
    spec.endpoints.filter(isObject).map(async (endpoint, index) => {
      const { port, path, scheme, honorLabels, tlsConfig, ...others } = endpoint;
      if (Object.keys(others).length > 0)
        throw new Error(`not known here: ${Object.keys(others).join(', ')}`);
      return {
        job_name: `serviceMonitor/${name}/${index}`,
        honor_labels: honorLabels === true,
        metrics_path: textOf(path) ?? '/metrics',
        scheme: textOf(scheme) ?? 'http',
        ...(isObject(tlsConfig) && { tls_config: await tlsOf(tlsConfig, `${index}-${name}`, options) }),
        http_sd_configs: [{ url: options.discovery, refresh_interval: '1s' }],
        relabel_configs: [
          ...selecting(labels),
          ...keeping('__meta_kubernetes_endpointslice_port_name', textOf(port) ?? ''),
          ...TARGET_LABELS,
        ],
      };
    }),
  );
}

async function tlsOf(tls: JsonObject, name: string, { folder, secret }: ScrapeOptions): Promise<JsonObject> {
  const { serverName, ca } = tls;
  const from = isObject(ca) && isObject(ca.secret) ? ca.secret : {};
  const file = join(folder, `${name.replaceAll('/', '-')}.crt`);
  writeFileSync(file, await secret(textOf(from.name) ?? '', textOf(from.key) ?? ''));
  return { server_name: textOf(serverName) ?? '', ca_file: file };
}

/** The Services with these labels. */
function selecting(labels: JsonObject): JsonObject[] {
  return Object.entries(labels).flatMap(([label, value]) =>
    keeping(serviceLabel(label), textOf(value) ?? ''),
  );
}

function keeping(label: string, value: string): JsonObject[] {
  const regex = value.replaceAll(/[.+*?^$()[\]{}|\\]/g, '\\$&');
  return [{ action: 'keep', source_labels: [label], regex }];
}

/** What the operator names a target by. */
const TARGET_LABELS: readonly JsonObject[] = Object.entries({
  namespace: 'namespace',
  service: 'service_name',
  job: 'service_name',
  pod: 'pod_name',
  endpoint: 'endpointslice_port_name',
}).map(([label, meta]) => ({
  source_labels: [`__meta_kubernetes_${meta}`],
  target_label: label,
}));
