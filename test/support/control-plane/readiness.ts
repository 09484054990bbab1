import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiResponse, sendRequest } from './request.ts';
import type { SupervisedProcess } from './supervised-process.ts';

const readyWithinMs = 90_000;
const pollMs = 100;
/** Made by the server itself, shortly after it says that it is ready. */
const ownNamespaces = ['default', 'kube-system'];

export type Server = { readonly url: string; readonly caFile: string; readonly token: string };

/** Resolves when the API server is ready and has made its own namespaces; rejects when it ended or took too long. */
export async function untilReady(program: SupervisedProcess, server: Server): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  const paths = ['/readyz', ...ownNamespaces.map((name) => `/api/v1/namespaces/${name}`)];
  for (const path of paths) {
    while ((await get(server, path))?.status !== 200) {
      if (program.exited) throw new Error('kube-apiserver ended before it was ready');
      if (Date.now() > deadline)
        throw new Error(`kube-apiserver was not ready after ${readyWithinMs / 1000} s`);
      await sleep(pollMs);
    }
  }
}

/** What the server says its version is. */
export async function serverVersion(server: Server): Promise<string> {
  const body = (await get(server, '/version'))?.body;
  if (typeof body === 'object' && body !== null && 'gitVersion' in body) return String(body.gitVersion);
  throw new Error(`GET ${server.url}/version answered without a gitVersion`);
}

/** The certificate appears when the server first starts; until then there is no answer either. */
async function get({ url, caFile, token }: Server, path: string): Promise<ApiResponse | undefined> {
  if (!existsSync(caFile)) return undefined;
  const ca = readFileSync(caFile, 'utf8');
  return sendRequest({ url, ca }, { path, token }).catch(() => undefined);
}
