import type { Profile } from '../../core/catalog/profile.ts';
import { readProfile } from '../../core/catalog/read-profile.ts';
import type { ManifestObject } from '../workloads/objects.ts';
import { fieldOffset } from '../yaml/field.ts';
import { type Problem, problemAt } from '../yaml/problem.ts';

/** Reads profiles, each problem at its line. */
export function profilesAmong(objects: readonly ManifestObject[]): {
  profiles: Profile[];
  problems: Problem[];
} {
  const profiles: Profile[] = [];
  const problems: Problem[] = [];
  for (const object of objects) {
    const read = readProfile(object.json);
    if (read.kind === 'profile') profiles.push(read.profile);
    else problems.push(...read.problems.map(({ field, message }) => profileProblem(object, field, message)));
  }
  return { profiles, problems };
}

function profileProblem(object: ManifestObject, field: string, message: string): Problem {
  const { document } = object;
  const [what = message, advice] = message.split('; ');
  return problemAt(document.source, document.start + fieldOffset(document, object.pointer, field), {
    message: `${field === '' ? 'the profile' : field} ${what}`,
    advice: advice ?? 'correct the profile',
  });
}
