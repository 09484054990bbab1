import { isArray, isObject, type JsonObject } from '../../../src/core/json.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import { until } from '../../support/until.ts';

const GROUP = '/apis/rootlock.dev/v1alpha1';
export const CLUSTER_PROFILES = `${GROUP}/clusterwritablepathprofiles`;

export function profilesPath(namespace: string): string {
  return `${GROUP}/namespaces/${namespace}/writablepathprofiles`;
}

/** What a profile is in a test; `kind` follows from whether there is a namespace. */
export function profileObject(
  name: string,
  spec: JsonObject,
  metadata: JsonObject & { readonly namespace?: string } = {},
): JsonObject {
  return {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: metadata.namespace === undefined ? 'ClusterWritablePathProfile' : 'WritablePathProfile',
    metadata: { name, ...metadata },
    spec,
  };
}

/** Makes an object, and fails where the API server does not take it. */
export async function make(cluster: Connection, path: string, body: JsonObject): Promise<JsonObject> {
  const answer = await cluster.request({ method: 'POST', path, body });
  if (answer.status !== 201 || !isObject(answer.body))
    throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

export async function merge(cluster: Connection, path: string, body: JsonObject): Promise<void> {
  const contentType = 'application/merge-patch+json';
  const answer = await cluster.request({ method: 'PATCH', path, body, contentType });
  if (answer.status !== 200) throw new Error(`PATCH ${path}: ${answer.status} ${answer.text}`);
}

/** Undefined where it is not there. */
export async function read(cluster: Connection, path: string): Promise<JsonObject | undefined> {
  const { status, body } = await cluster.request({ path });
  return status === 200 && isObject(body) ? body : undefined;
}

export async function list(cluster: Connection, path: string): Promise<readonly JsonObject[]> {
  const { body } = await cluster.request({ path });
  return isObject(body) && isArray(body.items) ? body.items.filter(isObject) : [];
}

export type Meant = {
  /** Of what it is about. */
  readonly name: string;
  readonly namespace?: string;
  readonly reason?: string;
};

/** The events that are meant, newest last. */
export async function eventsAbout(cluster: Connection, meant: Meant): Promise<readonly JsonObject[]> {
  const events = await list(cluster, '/apis/events.k8s.io/v1/events');
  return events
    .filter((event) => isMeant(event, meant))
    .toSorted((one, other) => (String(one.eventTime) < String(other.eventTime) ? -1 : 1));
}

function isMeant(event: JsonObject, { name, namespace, reason }: Meant): boolean {
  const regarding = isObject(event.regarding) ? event.regarding : {};
  if (regarding.name !== name) return false;
  if (namespace !== undefined && regarding.namespace !== namespace) return false;
  return reason === undefined || event.reason === reason;
}

/** The same, once there is one: events are written after the deed that they tell of. */
export async function untilEventsAbout(cluster: Connection, meant: Meant): Promise<readonly JsonObject[]> {
  await until(async () => (await eventsAbout(cluster, meant)).length > 0, 60_000);
  return await eventsAbout(cluster, meant);
}

export function metadataOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.metadata) ? object.metadata : {};
}

export function statusOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.status) ? object.status : {};
}
