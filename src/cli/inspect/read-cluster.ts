import type { World } from '../../core/admission/world.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ObservedNamespace } from '../../core/observed/observed-namespace.ts';
import type { Api } from '../../kube/api.ts';
import { listObjects } from '../../kube/list-objects.ts';
import { readOwnProfiles } from '../catalog-options.ts';
import { type ManifestFlags, mirrorOf, runtimeOf } from '../manifest-options.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Problem } from '../yaml/problem.ts';
import { readClusterCatalog, readNamespaces } from './cluster.ts';
import { judgeRunning, type RunningPod } from './running.ts';
import { worldFor } from './world.ts';

export type ClusterRead = {
  readonly pods: readonly RunningPod[];
  readonly notes: readonly string[];
  /** Of the profiles that `--catalog` names. */
  readonly problems: readonly Problem[];
};

export type ClusterScope = {
  /** Undefined: all of them. */
  readonly namespace: string | undefined;
  /** Undefined: all of them. */
  readonly pod?: string;
};

/** Reads what runs in a cluster, and judges it. Rejects as the API does. */
export async function readCluster(
  api: Api,
  { namespace, pod }: ClusterScope,
  flags: ManifestFlags,
  surroundings: Surroundings,
): Promise<ClusterRead> {
  const own = await readOwnProfiles(flags.catalog ?? [], surroundings);
  const namespaces = await readNamespaces(api, namespace);
  const catalog = await readClusterCatalog(api, surroundings.builtin(), namespace);
  const options = {
    profiles: own.profiles,
    mirrors: (flags.mirror ?? []).map(mirrorOf),
    runtime: runtimeOf(flags),
    namespace: namespace ?? '',
  };
  const changed = new Map(catalog.profiles.map(({ key, specChanged }) => [key, specChanged]));
  const judge = judgeIn(namespaces, {
    world: worldFor([...catalog.counting, ...own.profiles], options),
    specChanged: (key: string) => changed.get(key) ?? 0,
    now: api.now(),
  });
  const path = namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`;
  const found =
    pod === undefined
      ? await listObjects(api, path, judge)
      : [judge((await api.json({ path: `${path}/${pod}` })) as JsonObject)];
  return { pods: found.flatMap((each) => each ?? []), notes: catalog.notes, problems: own.problems };
}

type JudgedBy = {
  readonly world: World;
  readonly specChanged: (key: string) => number;
  readonly now: number;
};

/** A pod of a list does not say what it is; one whose namespace came to be since is left out. */
function judgeIn(namespaces: ReadonlyMap<string, ObservedNamespace>, by: JudgedBy) {
  return (json: JsonObject): RunningPod | undefined => {
    const metadata = json.metadata as { readonly namespace?: string } | undefined;
    const namespace = namespaces.get(metadata?.namespace ?? '');
    if (namespace === undefined) return undefined;
    return judgeRunning({ pod: { ...json, apiVersion: 'v1', kind: 'Pod' }, namespace, ...by });
  };
}
