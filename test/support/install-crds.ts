import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { isArray, isObject } from '../../src/core/json.ts';
import type { Connection } from './control-plane/connection.ts';

const FOLDER = new URL('../../crds/', import.meta.url);
const API = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

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

/** The condition comes a moment before the first request is served, so a request is made as well. */
async function untilServed(connection: Connection, name: string): Promise<void> {
  const [plural = ''] = name.split('.');
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const { body } = await connection.request({ path: `${API}/${name}` });
    const list = await connection.request({ path: `/apis/rootlock.dev/v1alpha1/${plural}` });
    if (isEstablished(body) && list.status === 200) return;
    await sleep(50);
  }
  throw new Error(`the API server does not serve ${name}`);
}

function isEstablished(body: unknown): boolean {
  const status = isObject(body) && isObject(body.status) ? body.status : {};
  const conditions = isArray(status.conditions) ? status.conditions : [];
  return conditions.some((each) => isObject(each) && each.type === 'Established' && each.status === 'True');
}
