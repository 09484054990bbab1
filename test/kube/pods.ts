import { isArray, isObject, type JsonObject } from '../../src/core/json.ts';
import type { Connection } from '../support/control-plane/connection.ts';
import type { ApiResponse } from '../support/control-plane/request.ts';

export type PodOptions = {
  readonly name?: string;
  readonly image?: string;
  readonly container?: JsonObject;
  readonly dryRun?: boolean;
};

/** Makes a pod of one container `web`. */
export function createPod(
  cluster: Connection,
  namespace: string,
  { name = 'web', image = 'nginx:1.27', container = {}, dryRun = false }: PodOptions = {},
): Promise<ApiResponse> {
  return cluster.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods${dryRun ? '?dryRun=All' : ''}`,
    body: {
      metadata: { generateName: `${name}-` },
      spec: { containers: [{ name: 'web', image, ...container }] },
    },
  });
}

/** Of its first container: whether its root is read-only, and where our volumes are mounted. */
export function hardening({ body }: ApiResponse): { readOnly: unknown; paths: readonly unknown[] } {
  const pod = isObject(body) && isObject(body.spec) ? body.spec : {};
  const [first] = isArray(pod.containers) ? pod.containers : [];
  const container = isObject(first) ? first : {};
  const security = isObject(container.securityContext) ? container.securityContext : {};
  const mounts = (isArray(container.volumeMounts) ? container.volumeMounts : []).filter(isObject);
  return {
    readOnly: security.readOnlyRootFilesystem,
    paths: mounts
      .filter(({ name }) => String(name).startsWith('rootlock-'))
      .map(({ mountPath }) => mountPath),
  };
}

/** The sentences of the Warning headers (RFC 9111, 5.5). */
export function warningsOf({ headers }: ApiResponse): readonly string[] {
  const values = [headers.warning ?? []].flat().join(', ');
  return [...values.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}
