import { isObject } from '../../core/json.ts';
import { controllerOf, type ObjectReference } from '../../core/object-reference.ts';
import { type Api, ApiError } from '../api.ts';
import { objectPath } from './resource-path.ts';

/** Whom a person would look for: the Deployment of a ReplicaSet, the CronJob of a Job. */
export type Owners = {
  /** The owner above an owner, or that one itself where there is none. */
  readonly rootOf: (owner: ObjectReference) => Promise<ObjectReference>;
};

/** Kinds that are themselves made by others, as a rule. An owner's owner never changes. */
const BETWEEN = new Set(['apps/v1/ReplicaSet', 'batch/v1/Job']);
const REMEMBERED = 5_000;

export function createOwners(api: Api): Owners {
  const known = new Map<string, ObjectReference>();
  const ask = async (owner: ObjectReference): Promise<ObjectReference> => {
    try {
      const json = await api.json({ path: objectPath(owner) });
      const metadata = isObject(json) && isObject(json.metadata) ? json.metadata : {};
      return controllerOf(metadata) ?? owner;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return owner;
      throw error;
    }
  };
  return {
    rootOf: async (owner) => {
      const { apiVersion, kind, uid } = owner;
      if (!BETWEEN.has(`${apiVersion}/${kind}`) || uid === undefined) return owner;
      const root = known.get(uid) ?? (await ask(owner));
      known.set(uid, root);
      const [oldest] = known.keys();
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return root;
    },
  };
}
