import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isArray, isObject } from '../../src/core/json.ts';
import type { Connection } from './control-plane/connection.ts';
import { waitUntil } from './control-plane/wait-until.ts';

const FOLDER = new URL('../../crds/', import.meta.url);
const API = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = '/apis/rootlock.dev/v1alpha1';

/** Applies the definitions of `crds/` and waits until the API server serves them; more than once does no harm. */
export async function installCrds(connection: Connection): Promise<void> {
  const names = await Promise.all(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => apply(connection, parse(readFileSync(new URL(file, FOLDER), 'utf8')))),
  );
  for (const name of names) await untilServed(connection, name);
}

async function apply(connection: Connection, body: unknown): Promise<string> {
  const metadata = isObject(body) && isObject(body.metadata) ? body.metadata : {};
  const name = String(metadata.name);
  const answer = await connection.request({
    method: 'PATCH',
    path: `${API}/${name}?fieldManager=rootlock-test&force=true&fieldValidation=Strict`,
    contentType: 'application/apply-patch+yaml',
    body,
  });
  if (answer.status === 200 || answer.status === 201) return name;
  throw new Error(`applying ${name}: the API server answered ${answer.status}: ${answer.text}`);
}

/** The condition comes a moment before the first request is served, and discovery a moment later still: all are asked for. */
async function untilServed(connection: Connection, name: string): Promise<void> {
  const [plural = ''] = name.split('.');
  await waitUntil(`the API server serves ${name}`, async () => {
    const { body } = await connection.request({ path: `${API}/${name}` });
    const list = await connection.request({ path: `${GROUP}/${plural}` });
    const discovery = await connection.request({ path: GROUP });
    const discovered = discovery.text.includes(`"name":"${plural}"`);
    return (isEstablished(body) && list.status === 200 && discovered) || undefined;
  });
}

function isEstablished(body: unknown): boolean {
  const status = isObject(body) && isObject(body.status) ? body.status : {};
  const conditions = isArray(status.conditions) ? status.conditions : [];
  return conditions.some((each) => isObject(each) && each.type === 'Established' && each.status === 'True');
}
