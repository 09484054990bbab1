import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { definition, KINDS } from '../../crds/definition.ts';
import { definitionFiles } from '../../crds/generate.ts';
import { fieldsOf, rootSchemaOf, rulesOf } from './schema-walk.ts';

const FOLDER = new URL('../../crds/', import.meta.url);

test('the folder crds holds what `node crds/generate.ts` makes, and no other definition', () => {
  const onDisk = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
  const contents = new Map(onDisk.map((file) => [file, readFileSync(new URL(file, FOLDER), 'utf8')]));
  expect(contents).toEqual(definitionFiles());
});

test('the two kinds have one schema, their own descriptions aside', () => {
  const [cluster, namespaced] = KINDS.map((names) => {
    const { spec, status } = rootSchemaOf(definition(names)).properties ?? {};
    return { spec, status };
  });
  expect(cluster?.spec).toBeDefined();
  expect(namespaced).toEqual(cluster);
});

describe.each(KINDS)('the schema of $kind', (names) => {
  const root = rootSchemaOf(definition(names));
  const fields = fieldsOf(root, '');
  const named = fields.filter(({ field }) => !field.endsWith('[]') && field !== 'metadata');

  test('describes every field in a sentence', () => {
    const undescribed = named.filter(({ schema }) => !/^[^a-z].*\.$/s.test(schema.description ?? ''));
    expect(undescribed.map(({ field }) => field)).toEqual([]);
  });

  test('bounds every list and every text below spec, so that the cost of the rules is bounded', () => {
    const unbounded = fields
      .filter(({ field }) => field.startsWith('spec'))
      .filter(
        ({ schema: { type, maxItems, maxLength, enum: values } }) =>
          (type === 'array' && maxItems === undefined) ||
          (type === 'string' && maxLength === undefined && values === undefined),
      );
    expect(unbounded.map(({ field }) => field)).toEqual([]);
  });

  test('says of every list how server-side apply merges it', () => {
    const lists = fields.filter(({ schema }) => schema.type === 'array');
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.filter(({ schema }) => schema['x-kubernetes-list-type'] === undefined)).toEqual([]);
  });

  test('gives every default as one of the values of its field', () => {
    const choices = fields.filter(({ schema }) => schema.enum !== undefined && schema.default !== undefined);
    expect(choices.map(({ field }) => field)).toEqual([
      'spec.action',
      'spec.strategy',
      'spec.paths[].medium',
      'spec.paths[].content',
      'spec.paths[].class',
    ]);
    for (const { schema } of choices) expect(schema.enum).toContain(schema.default);
  });

  test('has no quote in a pattern, which would end it', () => {
    for (const { rule } of rulesOf(definition(names))) {
      for (const [, pattern] of rule.matchAll(/matches\(r'([^']*)'/g))
        expect(() => new RegExp(pattern ?? '', 'u')).not.toThrow();
      expect(rule.replaceAll(/r?'[^']*'/g, '')).not.toContain("'");
    }
  });
});
