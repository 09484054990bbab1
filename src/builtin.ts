import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Profile } from './core/catalog/profile.ts';
import { readProfile } from './core/catalog/read-profile.ts';

/** Beside src/ and dist/, so that one path serves both. */
export const BUILTIN_FOLDER = fileURLToPath(new URL('../builtin/', import.meta.url));

/** The shipped catalog, one file per image family. Throws where a file is damaged, naming it and what is wrong. */
export function readBuiltinCatalog(folder: string = BUILTIN_FOLDER): readonly Profile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .flatMap((name) => profilesIn(name, readFileSync(`${folder}/${name}`, 'utf8')));
}

function profilesIn(file: string, text: string): Profile[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`the built-in profile ${file} is no YAML: ${error.message}`);
    const resource: unknown = document.toJS();
    if (resource === null) return [];
    const read = readProfile(resource);
    if (read.kind === 'profile') return [read.profile];
    const problems = read.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Error(`the built-in profile ${file} is malformed: ${problems}`);
  });
}
