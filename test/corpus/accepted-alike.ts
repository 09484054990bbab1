import { Agent } from 'node:https';
import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import type { Connection } from '../support/control-plane/connection.ts';
import type { ApiResponse } from '../support/control-plane/request.ts';

export type Compared = {
  /** Where it comes from, for people. */
  readonly title: string;
  readonly pod: JsonObject;
};

/** Two namespaces that differ in one thing: in the second one, pods go through Rootlock. */
export type Namespaces = { readonly without: string; readonly with: string };

export type Outcome =
  /** The API server takes it in both, and Rootlock changed it, or did not. */
  | 'hardened'
  | 'unchanged'
  /** Refused in both. */
  | 'refused'
  /** What must never be. */
  | 'refused with Rootlock only'
  | 'accepted with Rootlock only'
  | 'changed again by a second pass';

export const FAULTS: readonly Outcome[] = [
  'refused with Rootlock only',
  'accepted with Rootlock only',
  'changed again by a second pass',
];

export type Comparison = Compared & {
  readonly outcome: Outcome;
  /** What the API server said where something is wrong. */
  readonly detail: string;
};

/** Asks the API server (dry run) for a pod with and without Rootlock, and once more for the pod that came of it. */
export async function compare(
  cluster: Connection,
  namespaces: Namespaces,
  compared: Compared,
): Promise<Comparison> {
  const answered = (outcome: Outcome, detail = ''): Comparison => ({ ...compared, outcome, detail });
  const plain = await dryRun(cluster, namespaces.without, compared.pod);
  const hardened = await dryRun(cluster, namespaces.with, compared.pod);
  if (plain.status !== 201 && hardened.status !== 201) return answered('refused');
  if (plain.status === 201 && hardened.status !== 201)
    return answered('refused with Rootlock only', hardened.text);
  if (plain.status !== 201) return answered('accepted with Rootlock only', plain.text);

  const first = kept(hardened.body);
  const again = await dryRun(cluster, namespaces.with, first);
  const second = again.status === 201 ? JSON.stringify(kept(again.body)) : again.text;
  if (second !== JSON.stringify(first)) return answered('changed again by a second pass', second);
  return answered(shapeOf(hardened.body) === shapeOf(plain.body) ? 'unchanged' : 'hardened');
}

const agent = new Agent({ keepAlive: true });

function dryRun(cluster: Connection, namespace: string, pod: JsonObject): Promise<ApiResponse> {
  const metadata = isObject(pod.metadata) ? pod.metadata : undefined;
  return cluster.request({
    agent,
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
    body: metadata === undefined ? pod : { ...pod, metadata: { ...metadata, namespace } },
  });
}

/** What a client would send to have the same pod again. */
function kept(body: unknown): JsonObject {
  const { apiVersion, kind, metadata, spec }: JsonObject = isObject(body) ? body : {};
  const { name, generateName, labels, annotations }: JsonObject = isObject(metadata) ? metadata : {};
  const named: Readonly<Record<string, Json | undefined>> =
    generateName === undefined ? { name } : { generateName };
  return { apiVersion, kind, metadata: { ...named, labels, annotations }, spec };
}

/** Each pod's service account token has a volume whose name is drawn by lot. */
function shapeOf(body: unknown): string {
  return JSON.stringify(kept(body)).replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access');
}
