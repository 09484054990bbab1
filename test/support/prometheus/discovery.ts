import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1EndpointSliceList, V1ServiceList } from '@kubernetes/client-node';
import type { Connection } from '../control-plane/connection.ts';

/** What Prometheus asks for targets: the endpoints of a namespace's Services, ready or not, by what is known of them. */
export type Discovery = { readonly url: string; readonly stop: () => Promise<void> };

type Target = { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> };

/**
 * Debian's Prometheus cannot ask Kubernetes itself. The labels are those that other builds would give the same targets
 * (`kubernetes_sd_configs`, role endpointslice), so that it is Prometheus who selects and names them.
 */
export async function startDiscovery(cluster: Connection, namespace: string): Promise<Discovery> {
  const server = createServer(async (_request, response) => {
    try {
      const body = JSON.stringify(await targetsIn(cluster, namespace));
      response.setHeader('content-type', 'application/json').end(body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function targetsIn(cluster: Connection, namespace: string): Promise<readonly Target[]> {
  const slicesPath = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const slices = (await read(cluster, slicesPath)) as V1EndpointSliceList;
  const services = (await read(cluster, `/api/v1/namespaces/${namespace}/services`)) as V1ServiceList;
  return slices.items.flatMap(({ metadata, ports = [], endpoints = [] }) => {
    const name = metadata?.labels?.['kubernetes.io/service-name'];
    const service = services.items.find((each) => each.metadata?.name === name);
    return endpoints.flatMap(({ addresses, targetRef }) =>
      ports.map((port) => ({
        targets: addresses.map((address) => `${address}:${port.port}`),
        labels: {
          __meta_kubernetes_namespace: namespace,
          __meta_kubernetes_service_name: name ?? '',
          __meta_kubernetes_pod_name: targetRef?.name ?? '',
          __meta_kubernetes_endpointslice_port_name: port.name ?? '',
          ...serviceLabels(service?.metadata?.labels ?? {}),
        },
      })),
    );
  });
}

async function read(cluster: Connection, path: string): Promise<unknown> {
  const { status, body, text } = await cluster.request({ path });
  if (status === 200) return body;
  throw new Error(`GET ${path} answered ${status}: ${text}`);
}

function serviceLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [serviceLabel(label), value]));
}

/** What Prometheus calls a label of a Service. */
export function serviceLabel(label: string): string {
  return `__meta_kubernetes_service_label_${label.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
}
