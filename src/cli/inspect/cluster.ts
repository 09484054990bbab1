import type { Profile } from '../../core/catalog/profile.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { type ObservedNamespace, observeNamespace } from '../../core/observed/observed-namespace.ts';
import { type ObservedProfile, observeProfile } from '../../core/observed/observed-profile.ts';
import { type Api, ApiError } from '../../kube/api.ts';
import { listObjects } from '../../kube/list-objects.ts';

/** What a cluster says of itself, as far as decisions about its pods depend on it. */
export type ClusterCatalog = {
  readonly profiles: readonly ObservedProfile[];
  /** What counts there: the cluster's own profiles, and the built-in ones that came with us where it has none of its own. */
  readonly counting: readonly Profile[];
  /** What people should know about where these come from. */
  readonly notes: readonly string[];
};

const GROUP = '/apis/rootlock.dev/v1alpha1';

/** Reads the profiles of the cluster, and those of one namespace or of all. */
export async function readClusterCatalog(
  api: Api,
  builtin: readonly Profile[],
  namespace: string | undefined,
): Promise<ClusterCatalog> {
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const lists = await Promise.all([
    listProfiles(api, `${GROUP}/clusterwritablepathprofiles`, 'ClusterWritablePathProfile'),
    listProfiles(api, `${GROUP}${scope}/writablepathprofiles`, 'WritablePathProfile'),
  ]);
  const profiles = lists.flatMap(({ profiles: found }) => found);
  const own = profiles.flatMap(({ read }) => (read.kind === 'profile' ? read.profile : []));
  const shipped = own.some(({ source }) => source === 'builtin');
  return {
    profiles,
    counting: shipped ? own : [...own, ...builtin],
    notes: [
      ...new Set(lists.flatMap(({ note }) => note ?? [])),
      ...(shipped ? [] : ['the cluster has no built-in profiles: those of this program count']),
    ],
  };
}

type Listed = { readonly profiles: readonly ObservedProfile[]; readonly note?: string };

/** All profiles of the cluster. Rejects as the API does. */
export async function listAllProfiles(api: Api): Promise<readonly ObservedProfile[]> {
  const lists = await Promise.all([
    listKind(api, `${GROUP}/clusterwritablepathprofiles`, 'ClusterWritablePathProfile'),
    listKind(api, `${GROUP}/writablepathprofiles`, 'WritablePathProfile'),
  ]);
  return lists.flat();
}

/** The items of a list do not say what they are. */
function listKind(api: Api, path: string, kind: string): Promise<readonly ObservedProfile[]> {
  const read = (item: JsonObject) => observeProfile({ ...item, apiVersion: 'rootlock.dev/v1alpha1', kind });
  return listObjects(api, path, read);
}

/** A cluster without Rootlock, or a person without rights to its profiles, is told about all the same. */
async function listProfiles(api: Api, path: string, kind: string): Promise<Listed> {
  try {
    return { profiles: await listKind(api, path, kind) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return { profiles: [], note: 'Rootlock is not installed in this cluster' };
    if (error.status === 403)
      return { profiles: [], note: `you may not list ${kind}s: they are not counted` };
    throw error;
  }
}

/** One namespace, or all of them. Rejects as the API does. */
export async function readNamespaces(
  api: Api,
  namespace: string | undefined,
): Promise<ReadonlyMap<string, ObservedNamespace>> {
  const path = '/api/v1/namespaces';
  const found =
    namespace === undefined
      ? await listObjects(api, path, observeNamespace)
      : [await api.json({ path: `${path}/${namespace}` })].filter(isObject).map(observeNamespace);
  return new Map(found.map((each) => [each.name, each]));
}
