import { describe, expect, test } from '@jest/globals';
import type { Schema } from '../../crds/schema.ts';
import { specSchema } from '../../crds/spec-schema.ts';
import type {
  ImageFacts,
  ImageSelector,
  Profile,
  ProfileEnv,
  ProfilePath,
} from '../../src/core/catalog/profile.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import type { Json } from '../../src/core/json.ts';
import { isArray, isObject } from '../../src/core/json.ts';
import { kinds, resource } from './examples.ts';
import { fieldsOf, type SchemaField } from './schema-walk.ts';

/** Every field of a spec, none of them with its default. */
const FULL = {
  image: {
    repository: 'nginx',
    tags: '>=1.19',
    digests: ['sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'],
  },
  action: 'Harden',
  reason: 'none',
  expires: '2027-01-31T12:00:00Z',
  strategy: 'Replace',
  paths: [
    {
      path: '/tmp',
      medium: 'Memory',
      sizeLimit: '1Gi',
      content: 'Copy',
      class: 'Data',
      description: 'temporary files',
    },
  ],
  env: [{ name: 'HOME', value: '/tmp' }],
  facts: { volumes: ['/data'], shell: false, separateVarRun: true },
};

/** The compiler holds these equal to the types, and a test to the schema. */
type FieldsOf<T> = Record<keyof T, true>;
const TYPES = {
  spec: {
    image: true,
    action: true,
    reason: true,
    expires: true,
    strategy: true,
    paths: true,
    env: true,
    facts: true,
  } satisfies FieldsOf<Omit<Profile, 'name' | 'namespace' | 'generation' | 'source'>>,
  'spec.image': { repository: true, tags: true, digests: true } satisfies FieldsOf<ImageSelector>,
  'spec.paths[]': {
    path: true,
    medium: true,
    sizeLimit: true,
    content: true,
    class: true,
    description: true,
  } satisfies FieldsOf<ProfilePath>,
  'spec.env[]': { name: true, value: true } satisfies FieldsOf<ProfileEnv>,
  'spec.facts': { volumes: true, shell: true, separateVarRun: true } satisfies FieldsOf<ImageFacts>,
};

const FIELDS: readonly SchemaField[] = [
  { field: 'spec', schema: specSchema, required: true },
  ...fieldsOf(specSchema, 'spec'),
];
const OBJECTS = FIELDS.filter(({ schema }) => schema.type === 'object');
const CHOICES = FIELDS.flatMap(({ field, schema }) => (schema.enum ?? []).map((value) => ({ field, value })));
const DEFAULTS = FIELDS.filter(({ schema }) => schema.default !== undefined);
const REQUIRED = FIELDS.filter(({ field, required }) => required && !field.endsWith('[]'));

const [kind] = kinds;

function read(spec: Json | undefined) {
  return readProfile(resource(kind, spec));
}

describe('the schema and the types of a profile', () => {
  test.each(OBJECTS)('have the same fields in $field', ({ field, schema }) => {
    const types: Readonly<Record<string, object>> = TYPES;
    expect(Object.keys(schema.properties ?? {}).toSorted()).toEqual(
      Object.keys(types[field] ?? {}).toSorted(),
    );
  });
});

describe('readProfile and the schema', () => {
  test('accept every field together', () => {
    expect(read(FULL)).toMatchObject({
      kind: 'profile',
      profile: { ...FULL, expires: Date.UTC(2027, 0, 31, 12) },
    });
  });

  test.each(FIELDS)('refuse a value of another type for $field', ({ field, schema }) => {
    expect(problemsOf(changed(FULL, field, () => wrongType(schema)))).toContain(concrete(field));
  });

  test.each(FIELDS)('take null for an absent $field', ({ field, schema, required }) => {
    const read1 = read(changed(FULL, field, () => null));
    const read2 = read(changed(FULL, field, () => undefined));
    if (field.endsWith('[]')) return expect(read1.kind).toBe('malformed');
    expect(read1).toEqual(read2);
    expect(read1.kind).toBe(required ? 'malformed' : 'profile');
    expect(schema.nullable ?? false).toBe(field === 'spec.expires');
  });

  test.each(OBJECTS)('refuse an unknown field of $field', ({ field }) => {
    const spec = changed(FULL, field, (value) => ({ ...(isObject(value) ? value : {}), surprise: true }));
    expect(problemsOf(spec)).toEqual([`${concrete(field)}.surprise`]);
  });

  test.each(REQUIRED)('refuse a profile without $field', ({ field }) => {
    const problems = problemsOf(changed(FULL, field, () => undefined));
    expect(
      problems.some((problem) => problem === concrete(field) || problem.startsWith(`${concrete(field)}.`)),
    ).toBe(true);
  });

  test.each(CHOICES)('accept $field: $value', ({ field, value }) => {
    const spec = value === 'Exempt' ? { ...FULL, paths: [] } : FULL;
    expect(read(changed(spec, field, () => value)).kind).toBe('profile');
  });

  test.each(FIELDS.filter(({ schema }) => schema.enum))('refuse another value of $field', ({ field }) => {
    expect(problemsOf(changed(FULL, field, () => 'Other'))).toEqual([concrete(field)]);
  });

  test.each(DEFAULTS)('have the same default of $field', ({ field, schema }) => {
    const absent = read(changed(FULL, field, () => undefined));
    const written = read(changed(FULL, field, () => schema.default));
    expect(absent.kind).toBe('profile');
    expect(absent).toEqual(written);
  });

  test.each(FIELDS.filter(({ schema }) => schema.maxLength))(
    'refuse a text of $field that is too long',
    ({ field, schema }) => {
      const longest = 'x'.repeat((schema.maxLength ?? 0) + 1);
      expect(problemsOf(changed(FULL, field, () => longest))).toContain(concrete(field));
    },
  );

  test.each(FIELDS.filter(({ schema }) => schema.maxItems))(
    'refuse too many entries of $field',
    ({ field, schema }) => {
      const items = Array.from({ length: (schema.maxItems ?? 0) + 1 }, () => null);
      expect(problemsOf(changed(FULL, field, () => items))).toContain(concrete(field));
    },
  );
});

function problemsOf(spec: Json | undefined): readonly string[] {
  const answer = read(spec);
  return answer.kind === 'malformed' ? answer.problems.map(({ field }) => field) : [];
}

/** `spec.paths[].path` in the one entry that each list of `FULL` has. */
function concrete(field: string): string {
  return field.replaceAll('[]', '[0]');
}

function wrongType({ type }: Schema): Json {
  return type === 'array' || type === 'object' ? 'text' : 7;
}

/** A copy in which one field is another; one that becomes undefined is gone. */
function changed(
  value: Json | undefined,
  field: string,
  change: (value: Json | undefined) => Json | undefined,
): Json | undefined {
  const steps = concrete(field).split(/[.[\]]+/);
  return changedAt(value, steps.filter((step) => step !== '').slice(1), change);
}

function changedAt(
  value: Json | undefined,
  [step, ...rest]: readonly string[],
  change: (value: Json | undefined) => Json | undefined,
): Json | undefined {
  if (step === undefined) return change(value);
  if (isArray(value)) {
    return value.map((item, index) =>
      String(index) === step ? (changedAt(item, rest, change) ?? null) : item,
    );
  }
  if (!isObject(value)) return value;
  const { [step]: _, ...others } = value;
  const next = changedAt(value[step], rest, change);
  return next === undefined ? others : { ...others, [step]: next };
}
