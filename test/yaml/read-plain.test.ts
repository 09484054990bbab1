import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import { isArray, isObject, type Json } from '../../src/core/json.ts';
import { readPlaces, readPlain } from '../../src/yaml/read-plain.ts';
import type { Places } from '../../src/yaml/reader.ts';
import { PARSE_OPTIONS } from '../../src/yaml/schema.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? (process.env.CI ? 6_000 : 1_500));

const PLAIN: Readonly<Record<string, string>> = {
  'maps and lists': 'a: b\nc:\n- d\n- e: f\n  g: h\n-\n  i: j\n- - k\n  - l\nm:\n    n: o\n',
  'lists that are indented': '- a\n- b: c\n  d:\n    - e\n  f: g\n-   h: i\n    j: k\n',
  'nothing where a value could be': 'a:\nb:\n  c:\n  d: e\nf:\n-\n-\ng:',
  comments: '# a\nb: c # d\n# e\nf: # g\n  # h\n  i: j # k: l\n# m\n',
  'comments and lists': '# a\n- b # c\n# d\n- e: f\n  # g\n  h: i#j\n',
  'a marker': '--- # a\nb:c: d\n\n\ne: f',
  numbers:
    'a: 1\nb: 0644\nc: 1.5\ng: 0x1f\nh: .inf\ni: -5\nj: 1e3\nn: +1\no: 0o7\np: .5\nr: 12345678901234567890\n',
  words:
    'd: on\ne: ~\nf: null\nm: No\nn: y\no: "yes"\np: truely\nq: 12:30\nr: 2020-01-01\ns: 1_000\nt: 1.2.3\n',
  keys: '"a": b\n\'c\': d\n"e\\"f": g\nh : i\nj k: l\n/m.n-o: p\n-q: r\n"<<": s\n(t): u\n',
  'texts with signs':
    'a: b:c\nd: e#f\ng: (h) <i> j,k\nl: http://m:80/n?o=p&q\nr: a - b\ns: -t\nu: :80\nv: it\'s "w"\n',
  'plain texts over lines': 'a: b c\n  d\n\n  e\nf:\n- g\n  h\ni:\n  j\n  k\n',
  'single quotes': "a: 'b''c'\nd: 'e\n  f\n\n  g''h'\ni: ''\nj: '{{ k }}'\n",
  'double quotes': 'a: "b\\n\\"c\\u0041\\\\"\nd: "e\n  f\n\n  g"\nh: ""\ni: "j \\\n  k\\\n  \\ l\\\\\n  m"\n',
  'literal texts': 'a: |\n  b\n   c\n\n  d: e # f\ng: |+\n  h\n\n\ni: |-\n    j\n\nk:\n- |\n  l\n',
  'folded texts': 'a: >-\n  b\n  c\n\n  d\ne: >\n\n  f\n  g\nh: i\n',
  'a literal text at the end': 'a: |\n  b\n  c',
  brackets:
    'a: {b: c, d: [e, f], "g": \'h\'}\ni: []\nj: {}\nk:\n  [l,\n   m]\nn:\n  {}\no: [p q, r:s, -t, --u=v]\n',
  json: '{\n  "a": 1,\n  "b": [true, null, "c\\n\\/"],\n  "d": {"e": -1.5e3, "f":[]}\n}\n',
  'json of one line': '{"a":{"b":[{"c":"d"},{"e":"http://f:80"}]}}',
  'line ends of Windows': 'a: b\r\nc: |\r\n  d\r\n  e\r\nf:\r\n- g: "h\r\n    i"\r\n',
  'the keys of objects': 'constructor: a\ntoString: b\nhasOwnProperty: c\n',
};

const NOT_PLAIN: Readonly<Record<string, string>> = {
  'an anchor': 'a: &b c\nd: *b\n',
  'an anchor of a map': 'a: &b\n  c: d\n',
  'a merge': 'a: {b: c}\n<<: {d: e}\n',
  'a tag': 'a: !Ref b\n',
  'a tab': 'a:\n\tb: c\n',
  'a tab before a comment': 'a: b\t# c\n',
  'a directive': '%YAML 1.1\n---\na: b\n',
  'an end of the document': 'a: b\n...\nc: d\n',
  'a byte order mark': '\ufeffa: b\n',
  'a key that is asked': '? a\n: b\n',
  'a key that is a number': '1: a\n',
  'a key that is a boolean': 'on: push\n',
  'a key that would change the object': '__proto__: {a: b}\n',
  'a key twice': 'a: b\nc: d\na: e\n',
  'a key twice in brackets': '{a: b, "a": c}\n',
  'a second object': '{"a": 1}\n{"b": 2}\n',
  'an indicated indentation': 'a: |2\n   b\n',
  'folding with deeper lines': 'a: >\n  b\n    c\n',
  'a placeholder': 'a: {{ b }}\n',
  'indentation that fits nothing': 'a:\n    b: c\n  d: e\n',
  'a value that is too deep': 'a: b\n  c: d\n',
  'a colon in a value': 'a: b: c\n',
  'an open quote': 'a: "b\n',
  'an open bracket': 'a: [b\nc: d\n',
  'a text alone': 'a\n',
  'a comment in brackets': 'a: [b, # c\n  d]\n',
  'a comment within a text': 'a: b # c\n  d\n',
  'maps without end': `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
  'mixed line ends': 'a: b\r\nc: d\ne: "f\r\n  g"\n',
};

describe('readPlain', () => {
  for (const [what, text] of Object.entries(PLAIN)) {
    test(`reads ${what} as the full parser does, places too`, () => {
      const read = readPlain(text);
      const full = fullReading(text);
      expect(full.errors).toEqual([]);
      expect(read).toStrictEqual({ kind: 'value', json: full.json, start: full.start });
      const placed = readPlaces(text);
      if (text.includes('\r\n')) expect(placed).toBeUndefined();
      else if (placed === undefined) throw new Error('no places');
      else expect(placesOf(placed.json, placed.places)).toEqual(placesInTree(full.node));
    });
  }

  for (const [what, text] of Object.entries(NOT_PLAIN)) {
    test(`leaves ${what} to the full parser`, () => {
      expect(readPlain(text)).toEqual({ kind: 'not-plain' });
    });
  }

  test.each(['', '\n\n', '# a\n', '---\n', '--- # a\n# b'])('finds nothing in %j', (text) => {
    expect(readPlain(text)).toEqual({ kind: 'blank' });
  });

  test('reads a long list in a time that grows as the list does', () => {
    const text = `a:\n${'- b\n'.repeat(200_000)}`;
    const read = readPlain(text);
    expect(read.kind === 'value' && isObject(read.json) && isArray(read.json.a) && read.json.a.length).toBe(
      200_000,
    );
  });

  test('reads no text otherwise than the full parser does, and none that it refuses', () => {
    fc.assert(
      fc.property(anySpoiltText, (text) => {
        const read = readPlain(text);
        if (read.kind === 'not-plain') return;
        const full = fullReading(text);
        expect(full.errors).toEqual([]);
        if (read.kind === 'blank') expect(full.json ?? null).toBeNull();
        else
          expect(isDeepStrictEqual(read, { kind: 'value', json: full.json, start: full.start })).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

/** What people mistype, and what means something to YAML. */
const BITS =
  '|  |\n|\t|:|: |- |-|#| #|"|\'|{|}|[|]|,|>|&a |*a|!|?|%|@|\\|\r\n|\n\n|...|~|0|true|  \n|\n  |<<: |{{|>-|x'.split(
    '|',
  );

/** A text of the tables with a few characters put in or taken out. */
const anySpoiltText = fc
  .tuple(
    fc.constantFrom(...Object.values(PLAIN), ...Object.values(NOT_PLAIN)),
    fc.array(fc.tuple(fc.nat(400), fc.nat(3), fc.constantFrom('|', ...BITS)), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, changes]) =>
    changes.reduce((spoilt, [place, removed, added]) => {
      const at = place % (spoilt.length + 1);
      return spoilt.slice(0, at) + added + spoilt.slice(at + removed);
    }, text),
  )
  // A stream has been cut at its markers before.
  .filter((text) => !/\n---(?:\s|$)/.test(text));

type FullReading = {
  readonly errors: readonly unknown[];
  readonly json?: unknown;
  readonly start?: number;
  readonly node?: Node | null;
};

function fullReading(text: string): FullReading {
  const [document, second] = parseAllDocuments(text, PARSE_OPTIONS);
  if (document === undefined) return { errors: [] };
  if (second !== undefined) return { errors: ['a second document'] };
  if (document.errors.length > 0) return { errors: document.errors };
  const node = document.contents;
  return { errors: [], json: document.toJS(), ...(node?.range && { start: node.range[0] }), node };
}

/** `[['a', 3], ['a/0', 5]]`: each part and where it stands. */
function placesOf(json: Json | undefined, places: Places, path = ''): [string, number][] {
  if (!isObject(json) && !isArray(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => [
    [`${path}/${key}`, places.get(json)?.[key] ?? -1] as [string, number],
    ...placesOf(value, places, `${path}/${key}`),
  ]);
}

function placesInTree(node: unknown, path = ''): [string, number][] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      if (!isScalar(key)) return [];
      const here = `${path}/${String(key.value)}`;
      return [[here, key.range?.[0] ?? -1] as [string, number], ...placesInTree(value, here)];
    });
  }
  if (!isSeq(node)) return [];
  return node.items.flatMap((item, index) => {
    const at = (item as Node).range?.[0] ?? -1;
    return [[`${path}/${index}`, at] as [string, number], ...placesInTree(item, `${path}/${index}`)];
  });
}
