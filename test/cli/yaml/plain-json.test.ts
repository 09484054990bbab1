import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pointerOffset } from '../../../src/cli/yaml/field.ts';
import { placeInJson, plainJson } from '../../../src/cli/yaml/plain-json.ts';
import { readStream, type YamlDocument } from '../../../src/cli/yaml/stream.ts';
import { isArray, isObject, type Json } from '../../../src/core/json.ts';

describe('plainJson', () => {
  test.each([
    {
      what: 'an object',
      text: ' {"kind": "Pod", "spec": {"a": [1, {}]}}\n',
      json: { kind: 'Pod', spec: { a: [1, {}] } },
    },
    {
      what: 'braces, colons and quotes in texts',
      text: '{"a": "{\\"b\\": [", "b": 1}',
      json: { a: '{"b": [', b: 1 },
    },
    {
      what: 'a key that is there once in each of two objects',
      text: '[{"a": 1}, {"a": 1}]'.replace(/^(.*)$/, '{"items": $1}'),
      json: { items: [{ a: 1 }, { a: 1 }] },
    },
    {
      what: 'a text of a megabyte',
      text: `{"a": "${'x\\n'.repeat(500_000)}"}`,
      json: { a: 'x\n'.repeat(500_000) },
    },
  ])('reads $what', ({ text, json }) => {
    expect(plainJson(text)).toEqual(json);
  });

  test.each([
    { what: 'a key that is there twice', text: '{"spec": {"a": 1, "b": {"a": 1}, "a": 2}}' },
    { what: 'a key that is there twice, once in other letters', text: '{"a": 1, "\\u0061": 2}' },
    { what: 'YAML', text: '{kind: Pod}' },
    { what: 'a comment', text: '{"kind": "Pod"} # a pod' },
    { what: 'two objects', text: '{"kind": "Pod"}\n{"kind": "Pod"}' },
    { what: 'a list', text: '[{"kind": "Pod"}]' },
    { what: 'what nests too deep', text: `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
  ])('leaves $what to the reader of YAML', ({ text }) => {
    expect(plainJson(text)).toBeUndefined();
  });
});

test('JSON says the same, and has everything in the same place, as the same text read as YAML', () => {
  const key = fc.oneof(
    fc.constantFrom('<<', 'kind', 'a.b', '__proto__', ''),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 }),
      fc.constantFrom(0, 2, '\t'),
      (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        const read = documentOf(text);
        // A document marker in front: so it is read as YAML.
        const yaml = documentOf(`--- ${text}`);
        expect([read.content.kind === 'mapping' && read.content.plain, yaml.content]).toEqual([
          true,
          expect.not.objectContaining({ plain: true }),
        ]);
        if (read.content.kind !== 'mapping' || yaml.content.kind !== 'mapping') return;
        expect(JSON.stringify(read.content.json)).toBe(JSON.stringify(yaml.content.json));
        for (const keys of [...pathsIn(object), ['not there']])
          expect(placeInJson(text, keys)).toBe(pointerOffset(yaml, pointerTo(keys)) - '--- '.length);
      },
    ),
  );
});

function documentOf(text: string): YamlDocument {
  const [document] = readStream({ name: 'web.json', relative: 'web.json', text });
  if (document === undefined) throw new Error('expected a document');
  return document;
}

function pathsIn(json: Json | undefined): string[][] {
  const below = isArray(json) || isObject(json) ? Object.entries(json) : [];
  return [[], ...below.flatMap(([key, each]) => pathsIn(each).map((path) => [key, ...path]))];
}

function pointerTo(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
