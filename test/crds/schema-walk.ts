import type { definition } from '../../crds/definition.ts';
import type { Rule, Schema } from '../../crds/schema.ts';

/** One field of a schema; `[]` in its name stands for each item of a list. */
export type SchemaField = { readonly field: string; readonly schema: Schema; readonly required: boolean };

/** Every field below a schema, parents before children. */
export function fieldsOf(schema: Schema, at: string): readonly SchemaField[] {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const field = at === '' ? name : `${at}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    return [{ field, schema: child, required }, ...fieldsOf(child, field)];
  });
  const items = schema.items
    ? [{ field: `${at}[]`, schema: schema.items, required: true }, ...fieldsOf(schema.items, `${at}[]`)]
    : [];
  return [...properties, ...items];
}

export function rootSchemaOf({ spec }: ReturnType<typeof definition>): Schema {
  const [version] = spec.versions;
  if (version === undefined) throw new Error('the definition has no version');
  return version.schema.openAPIV3Schema;
}

export function rulesOf(resource: ReturnType<typeof definition>): readonly Rule[] {
  const root = rootSchemaOf(resource);
  return [root, ...fieldsOf(root, '').map(({ schema }) => schema)].flatMap(
    (schema) => schema['x-kubernetes-validations'] ?? [],
  );
}
