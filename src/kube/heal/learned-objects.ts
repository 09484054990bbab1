import { API_VERSION, SOURCE_LABEL } from '../../core/catalog/read-profile.ts';
import { type LearnedProfile, nothingLearned, readLearned } from '../../core/healing/learned-profile.ts';
import { type Exemption, readExemption } from '../../core/healing/step-back.ts';
import { isArray, isObject, type JsonObject, textOf } from '../../core/json.ts';
import type { Api } from '../api.ts';

/** The profiles of one namespace as the API server has them now, with who owns which of their fields. */
export type LearnedObjects = {
  /** What is learned of a repository: under the first name that is free or ours. */
  readonly learned: (repository: string) => LearnedProfile | undefined;
  readonly exemptions: (repository: string) => readonly Exemption[];
  /** Names of all others. */
  readonly taken: (repository: string) => ReadonlySet<string>;
  /** Names and generations of all that was learned. */
  readonly versions: ReadonlyMap<string, number>;
};

/** Not from the cache: it does not keep who owns which field, and may be behind what we wrote ourselves. */
export async function listLearned(api: Api, namespace: string): Promise<LearnedObjects> {
  const path = `/apis/${API_VERSION}/namespaces/${namespace}/writablepathprofiles`;
  const answer = await api.json({ path });
  if (!isObject(answer) || !isArray(answer.items)) throw new Error(`GET ${path}: the answer is no list`);
  // The items of a list do not say what they are.
  const objects = answer.items
    .filter(isObject)
    .map((item) => ({ ...item, apiVersion: API_VERSION, kind: 'WritablePathProfile' }));
  const byName = new Map(objects.map((object) => [nameOf(object), object]));
  const exemptions = objects.flatMap((object) => readExemption(object) ?? []);
  return {
    learned: (repository) => firstFree(nothingLearned(namespace, repository), byName),
    exemptions: (repository) => exemptions.filter((each) => each.repository === repository),
    taken: (repository) => {
      const own = exemptions.filter((each) => each.repository === repository).map(({ name }) => name);
      return new Set([...byName.keys()].filter((name) => !own.includes(name)));
    },
    versions: new Map(objects.filter(isLearned).map((object) => [nameOf(object), generationOf(object)])),
  };
}

/** Names that are tried where people's profiles have the first ones. */
const NAMES = 5;

function firstFree(
  fresh: LearnedProfile,
  byName: ReadonlyMap<string, JsonObject>,
): LearnedProfile | undefined {
  for (let number = 1; number <= NAMES; number += 1) {
    const name = number === 1 ? fresh.name : `${fresh.name.slice(0, 60)}-${number}`;
    const found = byName.get(name);
    if (found === undefined) return { ...fresh, name };
    const known = readLearned(found, fresh.repository);
    if (known !== undefined) return known;
  }
  return undefined;
}

function isLearned({ metadata }: JsonObject): boolean {
  const labels = isObject(metadata) ? metadata.labels : undefined;
  return isObject(labels) && labels[SOURCE_LABEL] === 'learned';
}

function nameOf({ metadata }: JsonObject): string {
  return (isObject(metadata) ? textOf(metadata.name) : undefined) ?? '';
}

function generationOf({ metadata }: JsonObject): number {
  const generation = isObject(metadata) ? metadata.generation : undefined;
  return typeof generation === 'number' ? generation : 0;
}
