import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Profile } from './core/catalog/profile.ts';
import { readProfile } from './core/catalog/read-profile.ts';
import { isObject, type JsonObject } from './core/json.ts';

/** Beside src/ and dist/, so that one path serves both. */
export const BUILTIN_FOLDER = fileURLToPath(new URL('../builtin/', import.meta.url));

/** A profile as it is shipped. */
export type BuiltinProfile = {
  readonly profile: Profile;
  /** As it stands in its file. */
  readonly resource: JsonObject;
  /** Of the resource: a release that changes nothing has the same one. */
  readonly digest: string;
};

/** The shipped catalog. Throws where a file is damaged, naming it and what is wrong. */
export function readBuiltinCatalog(folder: string = BUILTIN_FOLDER): readonly Profile[] {
  return readBuiltinProfiles(folder).map(({ profile }) => profile);
}

/** The same, with the resources: one file per image family. */
export function readBuiltinProfiles(folder: string = BUILTIN_FOLDER): readonly BuiltinProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .flatMap((name) => profilesIn(name, readFileSync(`${folder}/${name}`, 'utf8')));
}

function profilesIn(file: string, text: string): BuiltinProfile[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`the built-in profile ${file} is no YAML: ${error.message}`);
    const resource: unknown = document.toJS();
    if (resource === null) return [];
    const read = readProfile(resource);
    if (read.kind === 'profile' && isObject(resource)) {
      return { profile: read.profile, resource, digest: digestOf(resource) };
    }
    const problems = read.kind === 'malformed' ? read.problems : [];
    const told = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Error(`the built-in profile ${file} is malformed: ${told}`);
  });
}

function digestOf(resource: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16);
}
