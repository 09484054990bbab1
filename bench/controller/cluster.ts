import { Agent } from 'node:https';
import { readBuiltinProfiles } from '../../src/builtin.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { type Api, createApi } from '../../src/kube/api.ts';
import { type ControlPlane, startControlPlane } from '../../test/support/control-plane/start.ts';
import { installCrds } from '../../test/support/install-crds.ts';
import {
  createPodMaker,
  LABELS,
  learnedProfiles,
  learnedStatus,
  namespaceName,
  runningStatus,
  type Size,
} from './objects.ts';

export type FilledCluster = {
  readonly controlPlane: ControlPlane;
  /** The administrator's, over connections that are kept. */
  readonly api: Api;
  /** Seconds that it took to fill it. */
  readonly seconds: number;
  /** Makes, or makes anew, the pod of that number. */
  readonly makePod: (index: number, turn?: number) => Promise<void>;
  readonly deletePod: (index: number, turn?: number) => Promise<void>;
};

const GROUP = '/apis/rootlock.dev/v1alpha1';
/** Requests at once: more only wait for the same two processors. */
const WIDTH = 24;
/** One pod in so many runs, and one learned profile in so many has its evidence: each costs a second write. */
const DETAILED = 10;

/** A real API server with everything in it but the built-in profiles, which the controller ships itself. */
export async function fillCluster(size: Size): Promise<FilledCluster> {
  const controlPlane = await startControlPlane({ admissionPlugins: { disable: ['ServiceAccount'] } });
  try {
    const began = performance.now();
    const api = administrator(controlPlane);
    await installCrds(controlPlane);
    await each(size.namespaces, async (index) => {
      await post(api, '/api/v1/namespaces', { metadata: { name: namespaceName(index), labels: LABELS } });
    });
    const builtin = readBuiltinProfiles();
    const learned = learnedProfiles(size, Math.max(0, size.profiles - builtin.length));
    await each(learned.length, (index) => makeLearned(api, learned[index] ?? {}, index % DETAILED === 0));
    const podOf = createPodMaker(
      builtin.map(({ profile }) => profile),
      learned,
    );
    const pathOf = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;
    const makePod = async (index: number, turn = 0) => {
      const { namespace, pod } = podOf(size, index, turn);
      await post(api, pathOf(namespace), pod);
      if (index % DETAILED === 0)
        await patchStatus(api, `${pathOf(namespace)}/${nameOf(pod)}`, runningStatus(pod));
    };
    const deletePod = async (index: number, turn = 0) => {
      const { namespace, pod } = podOf(size, index, turn);
      await api.json({
        method: 'DELETE',
        path: `${pathOf(namespace)}/${nameOf(pod)}`,
        body: { gracePeriodSeconds: 0 },
        timeoutMs: PATIENCE_MS,
      });
    };
    await each(size.pods, makePod);
    return { controlPlane, api, seconds: (performance.now() - began) / 1000, makePod, deletePod };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}

/** Does something for each number, so many at once. */
export async function each(count: number, deed: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await deed(next++);
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
}

const PATIENCE_MS = 60_000;

function administrator({ url, ca, adminToken }: ControlPlane): Api {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: WIDTH });
  const access = {
    getCurrentCluster: () => ({ server: url }),
    applyToHTTPSOptions: async (options: { agent?: unknown; headers?: unknown }) => {
      options.agent = agent;
      options.headers = { authorization: `Bearer ${adminToken}` };
    },
  };
  return createApi(access, 'bench');
}

async function makeLearned(api: Api, profile: JsonObject, detailed: boolean): Promise<void> {
  const { namespace } = profile.metadata as { readonly namespace: string };
  const path = `${GROUP}/namespaces/${namespace}/writablepathprofiles`;
  await post(api, path, profile);
  if (detailed) await patchStatus(api, `${path}/${nameOf(profile)}`, learnedStatus());
}

async function post(api: Api, path: string, body: JsonObject): Promise<void> {
  await api.json({ method: 'POST', path, body, timeoutMs: PATIENCE_MS });
}

async function patchStatus(api: Api, path: string, status: JsonObject): Promise<void> {
  await api.json({
    method: 'PATCH',
    path: `${path}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
    timeoutMs: PATIENCE_MS,
  });
}

function nameOf({ metadata }: JsonObject): string {
  return (metadata as { readonly name: string }).name;
}
