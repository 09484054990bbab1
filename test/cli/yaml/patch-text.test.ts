import { describe, expect, test } from '@jest/globals';
import { patchText } from '../../../src/cli/yaml/patch-text.ts';
import { readStream } from '../../../src/cli/yaml/stream.ts';
import type { Operation } from '../../../src/core/admission/operation.ts';
import type { Json } from '../../../src/core/json.ts';

function patched(text: string, operations: readonly Operation[]) {
  const [document] = readStream({ name: 'x', relative: 'x', text });
  if (document?.content.kind !== 'mapping') throw new Error('the test has a bad document');
  const { tree, json } = document.content;
  return patchText({ text, tree, json, operations });
}

const add = (path: string, value: Json): Operation => ({ op: 'add', path, value });

type Row = {
  readonly what: string;
  readonly text: string;
  readonly operations: readonly Operation[];
  readonly want: string;
};

const ROWS: readonly Row[] = [
  {
    what: 'a key below its neighbours, past comments that go with them',
    text: 'a:\n  b: 1 # one\n  # more of b\n\n# about c\nc: 2\n',
    operations: [add('/a/d', true)],
    want: 'a:\n  b: 1 # one\n  # more of b\n  d: true\n\n# about c\nc: 2\n',
  },
  {
    what: 'a key to a text without a last line end',
    text: 'a: 1',
    operations: [add('/b', 2)],
    want: 'a: 1\nb: 2',
  },
  {
    what: 'lines that end as the others do',
    text: 'a:\r\n  b: 1\r\n',
    operations: [add('/a/c', { d: 2 })],
    want: 'a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n',
  },
  {
    what: 'metadata before the spec',
    text: 'kind: Pod\n# the spec\nspec:\n  a: 1\n',
    operations: [add('/metadata', { annotations: { 'a/b': 'c,d' } })],
    want: 'kind: Pod\nmetadata:\n  annotations:\n    a/b: "c,d"\n# the spec\nspec:\n  a: 1\n',
  },
  {
    what: 'items to a list that is not indented',
    text: 'list:\n- name: a\n  env:\n  - {name: X}\n# the end\nz: 1\n',
    operations: [add('/list/-', { name: 'b', list: [1] })],
    want: 'list:\n- name: a\n  env:\n  - {name: X}\n- name: b\n  list:\n  - 1\n# the end\nz: 1\n',
  },
  {
    what: 'items to a list that is indented by four',
    text: 'spec:\n    list:\n        - name: a\n',
    operations: [add('/spec/list/-', { name: 'b', more: { c: 1 } })],
    want: 'spec:\n    list:\n        - name: a\n        - name: b\n          more:\n              c: 1\n',
  },
  {
    what: 'an item before the first, its comment stays with it',
    text: 'list:\n  # wait for it\n  - name: a\n',
    operations: [add('/list/0', { name: 'z' })],
    want: 'list:\n  - name: z\n  # wait for it\n  - name: a\n',
  },
  {
    what: 'several items before and after, in their order',
    text: 'list:\n- a\n- c\n',
    operations: [add('/list/1', 'b'), add('/list/-', 'd'), add('/list/0', '0'), add('/list/-', 'e')],
    want: 'list:\n- "0"\n- a\n- b\n- c\n- d\n- e\n',
  },
  {
    what: 'a list in the place of nothing',
    text: 'a:\n  volumes: # none yet\n  b: 1\n',
    operations: [add('/a/volumes', [{ name: 'x', emptyDir: {} }])],
    want: 'a:\n  volumes: # none yet\n    - name: x\n      emptyDir: {}\n  b: 1\n'.replace(
      '    - name: x\n      emptyDir',
      '  - name: x\n    emptyDir',
    ),
  },
  {
    what: 'a list in the place of null',
    text: 'a:\n  volumes: null\n',
    operations: [add('/a/volumes', [1])],
    want: 'a:\n  volumes:\n  - 1\n',
  },
  {
    what: 'to an empty flow collection as to a block',
    text: 'securityContext: {}  # so far\nlist: []\n',
    operations: [add('/securityContext/readOnlyRootFilesystem', true), add('/list/-', { a: 1 })],
    want: 'securityContext:  # so far\n  readOnlyRootFilesystem: true\nlist:\n- a: 1\n',
  },
  {
    what: 'to a flow collection on its line',
    text: 'a: {b: 1} # b\nlist: [x]\n',
    operations: [add('/a/c', { d: '/e' }), add('/list/-', 'z'), add('/list/0', 'w')],
    want: 'a: {b: 1, c: {d: /e}} # b\nlist: [w, x, z]\n',
  },
  {
    what: 'to compact JSON compactly',
    text: '{"a":{"b":1},"c":[]}',
    operations: [add('/a/d', [true]), add('/c/-', { e: 'f' })],
    want: '{"a":{"b":1,"d":[true]},"c":[{"e":"f"}]}',
  },
  {
    what: 'to JSON on one line with spaces',
    text: '{"a": {"b": 1}}\n',
    operations: [add('/a/d', { e: 1 })],
    want: '{"a": {"b": 1, "d": {"e": 1}}}\n',
  },
  {
    what: 'to JSON over lines',
    text: '{\n  "a": {\n    "b": [\n      1\n    ],\n    "c": {}\n  }\n}\n',
    operations: [add('/a/b/-', 2), add('/a/c/d', 'e'), add('/a/f', { g: [] })],
    want: '{\n  "a": {\n    "b": [\n      1,\n      2\n    ],\n    "c": {\n      "d": "e"\n    },\n    "f": {\n      "g": []\n    }\n  }\n}\n',
  },
  {
    what: 'to JSON indented by tabs',
    text: '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n',
    operations: [add('/a/c', { d: 1 })],
    want: '{\n\t"a": {\n\t\t"b": 1,\n\t\t"c": {\n\t\t\t"d": 1\n\t\t}\n\t}\n}\n',
  },
  {
    what: 'to KYAML, whose keys have no quotes',
    text: '---\n{\n  kind: "Pod",\n  spec: {\n    list: [{\n      name: "a",\n    }],\n  },\n}\n',
    operations: [add('/spec/list/0/b', true), add('/spec/c', ['d'])],
    want: '---\n{\n  kind: "Pod",\n  spec: {\n    list: [{\n      name: "a",\n      b: true,\n    }],\n    c: [d],\n  },\n}\n',
  },
  {
    what: 'after a block scalar, whose blank lines stay its own',
    text: 'a:\n  - |+\n    text\n\nb: 1\n',
    operations: [add('/a/-', 'more'), add('/c', 'x\ny\n')],
    want: 'a:\n  - |+\n    text\n\n  - more\nb: 1\nc: |\n  x\n  y\n',
  },
  {
    what: 'texts so that no reader takes them for something else',
    text: 'a: 1\n',
    operations: [
      add('/list', [
        'yes',
        '0644',
        '1e3',
        '12:30',
        '~',
        '',
        ' x',
        'a: b',
        '#',
        '-c',
        '256Mi',
        '/var/run',
        '{"a":1}',
        'null',
        "it's",
      ]),
      add('/on', 'off'),
    ],
    want: `a: 1\nlist:\n${[
      '"yes"',
      '"0644"',
      '"1e3"',
      '"12:30"',
      '"~"',
      '""',
      '" x"',
      '"a: b"',
      '"#"',
      '"-c"',
      '256Mi',
      '/var/run',
      `'{"a":1}'`,
      '"null"',
      `"it's"`,
    ]
      .map((text) => `- ${text}\n`)
      .join('')}"on": "off"\n`,
  },
  {
    what: 'a replaced text in its place',
    text: "a: 'old' # why\nb: 1\n",
    operations: [{ op: 'replace', path: '/a', value: 'new' }],
    want: 'a: new # why\nb: 1\n',
  },
  {
    what: 'keys that JSON pointers escape',
    text: 'annotations:\n  a/b: x\n',
    operations: [add('/annotations/a~1b', 'yes-it-is'), add('/annotations/c~0d', 'z')],
    want: 'annotations:\n  a/b: yes-it-is\n  "c~d": z\n',
  },
  {
    what: 'what an earlier operation of the same patch made',
    text: 'a: 1\n',
    operations: [add('/b', {}), add('/b/c', []), add('/b/c/-', 1), add('/b/c/0', 0)],
    want: 'a: 1\nb:\n  c:\n    - 0\n    - 1\n'.replace('    - 0\n    - 1\n', '  - 0\n  - 1\n'),
  },
  {
    what: 'an anchor whose alias is to say the same: the alias stays',
    text: 'a: &x\n  b: 1\nc: *x\n',
    operations: [add('/a/d', 2), add('/c/d', 2)],
    want: 'a: &x\n  b: 1\n  d: 2\nc: *x\n',
  },
  {
    what: 'an alias that is to say more than its anchor: it is written out',
    text: 'a: &x\n  b: 1\nc: *x # same\nlist:\n- *x\n- *x\n',
    operations: [add('/c/d', 2), add('/list/0/e', 3)],
    want: 'a: &x\n  b: 1\nc:\n  b: 1\n  d: 2 # same\nlist:\n- b: 1\n  e: 3\n- *x\n',
  },
  {
    what: 'an anchor whose alias is to stay as it was: the alias is written out',
    text: 'a: &x {b: 1}\nc: *x\n',
    operations: [add('/a/d', 2)],
    want: 'a: &x {b: 1, d: 2}\nc:\n  b: 1\n',
  },
  {
    what: 'a key of its own over one that a merge brings in',
    text: 'base: &x\n  security: {a: 1}\none:\n  <<: *x\n  name: one\n',
    operations: [add('/one/security/b', 2)],
    want: 'base: &x\n  security: {a: 1}\none:\n  <<: *x\n  name: one\n  security:\n    a: 1\n    b: 2\n',
  },
  {
    what: 'to an anchor that a merge is not to follow: the merge is written out',
    text: 'base: &x\n  a: 1\none:\n  <<: *x\n  name: one\n',
    operations: [add('/base/b', 2)],
    want: 'base: &x\n  a: 1\n  b: 2\none:\n  <<:\n    a: 1\n  name: one\n',
  },
];

describe('patchText', () => {
  test.each(ROWS)('adds $what', ({ text, operations, want }) => {
    expect(patched(text, operations)).toMatchObject({ kind: 'patched', text: want });
  });

  test('gives back the very text where there is nothing to do', () => {
    const text = 'a:   1\n\n\n#\tcomment\nb: [ 1,2 ]';
    expect(patched(text, [])).toEqual({ kind: 'patched', text, edits: [] });
  });

  test.each<readonly [string, string, readonly Operation[]]>([
    ['a list begins beside something else', 'list:\n- - a\n  - b\n', [add('/list/0/0', 'z')]],
    ['a key is complex', '? [a]\n: b: 1\n', [add('/c', 1)]],
  ])('refuses a text where %s', (_why, text, operations) => {
    expect(patched(text, operations)).toMatchObject({ kind: 'unsafe' });
  });
});
