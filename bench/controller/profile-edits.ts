import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/core/json.ts';
import type { Api } from '../../src/kube/api.ts';
import { freePort } from '../../test/support/control-plane/ports.ts';
import type { ControlPlane } from '../../test/support/control-plane/start.ts';
import { namespaceName } from './objects.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const PROFILES = '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles';
const IMAGE = 'edited.example.com/app';
/** Between two reviews that ask whether an edit counts yet. */
const ASK_MS = 5;
const PATIENCE_MS = 120_000;

/**
 * Edits a profile again and again. The answer is, for each edit, the milliseconds from the API server's answer to it
 * until a webhook's review mounts the new path.
 */
export async function profileEdits(
  cluster: ControlPlane,
  api: Api,
  edits: number,
): Promise<readonly number[]> {
  const port = await freePort();
  const webhook = startWebhook(cluster, port);
  try {
    await api.json({ method: 'POST', path: PROFILES, body: profileWith('/edit-0') });
    await untilMounted(port, '/edit-0', PATIENCE_MS);
    const times: number[] = [];
    for (let edit = 1; edit <= edits; edit++) {
      await api.json({
        method: 'PATCH',
        path: `${PROFILES}/edited`,
        contentType: 'application/merge-patch+json',
        body: { spec: { paths: [{ path: `/edit-${edit}` }] } },
      });
      const began = performance.now();
      await untilMounted(port, `/edit-${edit}`, 30_000);
      times.push(performance.now() - began);
      // Not in step with anything else.
      await sleep(200 + Math.random() * 300);
    }
    return times.toSorted((one, other) => one - other);
  } finally {
    webhook.kill('SIGKILL');
  }
}

function startWebhook(cluster: ControlPlane, port: number): ChildProcess {
  return spawn(process.execPath, [CLI, 'webhook'], {
    stdio: 'ignore',
    env: {
      NODE_ENV: 'production',
      KUBECONFIG: cluster.kubeconfig(),
      ROOTLOCK_HTTPS_HOST: '127.0.0.1',
      ROOTLOCK_HTTPS_PORT: String(port),
      ROOTLOCK_NAMESPACE: 'default',
    },
  });
}

function profileWith(path: string): JsonObject {
  return {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: 'edited' },
    spec: { image: { repository: IMAGE }, paths: [{ path }] },
  };
}

async function untilMounted(port: number, path: string, withinMs: number): Promise<void> {
  const agent = new Agent({ rejectUnauthorized: false, keepAlive: true, maxSockets: 1 });
  const deadline = performance.now() + withinMs;
  try {
    while (performance.now() < deadline) {
      const answer = await review(port, agent).catch(() => '');
      const patch = /"patch":"([^"]*)"/.exec(answer)?.[1] ?? '';
      if (Buffer.from(patch, 'base64').toString().includes(`"mountPath":"${path}"`)) return;
      await sleep(ASK_MS);
    }
  } finally {
    agent.destroy();
  }
  throw new Error(`the webhook does not mount ${path} within ${withinMs} ms`);
}

function review(port: number, agent: Agent): Promise<string> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'edited' },
    spec: { containers: [{ name: 'app', image: `${IMAGE}:1` }] },
  };
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: randomUUID(),
      operation: 'CREATE',
      namespace: namespaceName(0),
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      object: pod,
    },
  });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(
      { host: '127.0.0.1', port, path: '/mutate', method: 'POST', agent, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      },
    );
    sent.setTimeout(5_000, () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}
