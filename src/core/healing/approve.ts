import type { Profile } from '../catalog/profile.ts';
import { readProfile } from '../catalog/read-profile.ts';
import { realPath } from '../container-path.ts';
import { isObject, type JsonObject, textOf } from '../json.ts';
import { type Proposal, readLearnedStatus } from './learned-status.ts';

export type Approval =
  | {
      readonly kind: 'approval';
      readonly approved: readonly Proposal[];
      /** RFC 6902, on the object as it was given and no later one. */
      readonly operations: readonly JsonObject[];
    }
  | { readonly kind: 'nothing-waits' }
  /** Paths that nobody proposed, beside those that wait. */
  | { readonly kind: 'not-proposed'; readonly paths: readonly string[]; readonly waiting: readonly string[] }
  | { readonly kind: 'malformed'; readonly because: string };

/**
 * What a person's yes changes of a profile: the proposals become paths, all of them or those that are named. They are
 * the person's from then on: the learner takes away only what it wrote itself.
 */
export function approve(json: JsonObject, named: readonly string[]): Approval {
  const read = readProfile(json);
  if (read.kind === 'malformed') {
    const because = read.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
    return { kind: 'malformed', because };
  }
  const { proposals } = readLearnedStatus(json.status);
  const waiting = proposals.map(({ path }) => path);
  if (proposals.length === 0 && named.length === 0) return { kind: 'nothing-waits' };
  const unknown = named.filter((path) => !waiting.some((each) => each === path));
  if (unknown.length > 0) return { kind: 'not-proposed', paths: unknown, waiting };
  const approved = named.length === 0 ? proposals : proposals.filter(({ path }) => named.includes(path));
  const metadata = isObject(json.metadata) ? json.metadata : {};
  const spec = isObject(json.spec) ? json.spec : {};
  return {
    kind: 'approval',
    approved,
    operations: [
      { op: 'test', path: '/metadata/resourceVersion', value: textOf(metadata.resourceVersion) ?? '' },
      ...(Array.isArray(spec.paths) ? [] : [{ op: 'add', path: '/spec/paths', value: [] }]),
      ...approved.map((proposal) => operationFor(proposal, read.profile)),
    ],
  };
}

function operationFor(
  { path, content, class: dataClass, because }: Proposal,
  { paths }: Profile,
): JsonObject {
  const index = paths.findIndex((each) => realPath(each.path) === realPath(path));
  if (index >= 0) return { op: 'add', path: `/spec/paths/${index}/content`, value: content };
  const description = because.replace(/; .*$/s, '');
  return { op: 'add', path: '/spec/paths/-', value: { path, content, class: dataClass, description } };
}
