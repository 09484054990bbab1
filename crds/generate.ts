import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { definition, KINDS } from './definition.ts';

/** The two files of this folder by name: both are made from one schema, so that they cannot differ. */
export function definitionFiles(): ReadonlyMap<string, string> {
  return new Map(
    KINDS.map((names) => {
      const resource = definition(names);
      const text = stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false });
      return [`${resource.metadata.name}.yaml`, `${HEADER}${text}`];
    }),
  );
}

const HEADER = '# Made by `node crds/generate.ts` from the TypeScript files in this folder: edit those.\n';

if (import.meta.main) {
  for (const [name, text] of definitionFiles()) writeFileSync(new URL(name, import.meta.url), text);
}
