import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { problemLines } from '../../../src/cli/report/problems.ts';
import { readStream } from '../../../src/cli/yaml/stream.ts';

const plain = (_format: unknown, text: string): string => stripVTControlCharacters(text);

/** As the terminal shows them, without the last empty line. */
function problemsOf(text: string): string[] {
  return readStream({ name: 'web.yaml', relative: 'web.yaml', text }).flatMap(({ content }) =>
    content.kind === 'bad' ? [problemLines(content.problem, plain).slice(0, -1).join('\n')] : [],
  );
}

const HEAD = 'apiVersion: v1\nkind: Pod\n';

const BAD: readonly { readonly what: string; readonly text: string; readonly says: string }[] = [
  {
    what: 'volumes indented by three spaces',
    text: `${HEAD}spec:\n  containers:\n  - name: web\n    image: nginx\n   volumes:\n   - name: data\n`,
    says: `
web.yaml:7:4: error: "volumes" is indented by 3 spaces, which fits no line above it
    5 |   - name: web
    6 |     image: nginx
  > 7 |    volumes:
      |    ^
    8 |    - name: data
  do this: indent it by 2 spaces, as "containers" on line 4, or by 4 spaces, as "image" on line 6`,
  },
  {
    what: 'a key indented less than its neighbours',
    text: `${HEAD}spec:\n   containers:\n   - name: web\n     image: nginx\n  volumes: []\n`,
    says: `
web.yaml:7:3: error: "volumes" is indented by 2 spaces, which fits no line above it
    5 |    - name: web
    6 |      image: nginx
  > 7 |   volumes: []
      |   ^
  do this: indent it by 3 spaces, as "containers" on line 4`,
  },
  {
    what: 'a tab',
    text: `${HEAD}spec:\n\tcontainers: []\n`,
    says: `
web.yaml:4:1: error: this line is indented with a tab
    2 | kind: Pod
    3 | spec:
  > 4 | →containers: []
      | ^
  do this: YAML allows only spaces there: replace each tab with 2 spaces`,
  },
  {
    what: 'a duplicate key',
    text: `${HEAD}metadata:\n  name: web\n  labels: {}\n  name: shop\n`,
    says: `
web.yaml:6:3: error: the key "name" is there twice (first on line 4)
    4 |   name: web
    5 |   labels: {}
  > 6 |   name: shop
      |   ^
  do this: keep one of the two, or merge what is below them`,
  },
  {
    what: 'a quote that is open at the end of a text without a line end',
    text: '---\nkind: "Pod',
    says: `
web.yaml:2:7: error: the quote " that opens here is never closed
  > 2 | kind: "Pod
      |       ^
  do this: add the closing "`,
  },
  {
    what: 'a JSON object that breaks off',
    text: '{"kind": "Pod", "spec": ["{", ["a"]\n',
    says: `
web.yaml:1:25: error: the bracket [ that opens here is never closed
  > 1 | {"kind": "Pod", "spec": ["{", ["a"]
      |                         ^
  do this: add the closing ]`,
  },
  {
    what: 'a placeholder in single braces',
    text: `${HEAD}spec:\n  image: {images[web]}\n`,
    says: `
web.yaml:4:10: error: the value of "image" begins with {, which opens a map
    2 | kind: Pod
    3 | spec:
  > 4 |   image: {images[web]}
      |          ^
  do this: put quotes around it if it is meant as it stands: image: '{images[web]}'`,
  },
  {
    what: 'two documents run together',
    text: `${HEAD}metadata:\n  name: web\napiVersion: v1\nkind: Service\n`,
    says: `
web.yaml:5:1: error: a second "apiVersion": two documents run together here
    3 | metadata:
    4 |   name: web
  > 5 | apiVersion: v1
      | ^
    6 | kind: Service
  do this: put a line with --- before the second document (line 5)`,
  },
  {
    what: 'two JSON objects run together',
    text: '{"kind": "Pod"}\n{"kind": "Pod"}\n',
    says: `
web.yaml:2:1: error: a second JSON object begins here
    1 | {"kind": "Pod"}
  > 2 | {"kind": "Pod"}
      | ^
  do this: put a line with --- between the two objects, or make them the items of one "kind": "List"`,
  },
  {
    what: 'a Helm template that does not parse',
    text: `${HEAD}metadata:\n  {{- if .Values.named }}\n  name: web\n  {{- end }}\n`,
    says: `
web.yaml:4:3: error: the placeholder {{- if .Values.named }} of a template is not YAML yet
    2 | kind: Pod
    3 | metadata:
  > 4 |   {{- if .Values.named }}
      |   ^
    5 |   name: web
  do this: render it first: helm template RELEASE CHART | rootlock harden -f -`,
  },
  {
    what: 'a Helm template that happens to parse',
    text: `${HEAD}metadata:\n  name: {{ .Release.Name }}\n`,
    says: `
web.yaml:4:9: error: the placeholder {{ .Release.Name }} of a template is not YAML yet
    2 | kind: Pod
    3 | metadata:
  > 4 |   name: {{ .Release.Name }}
      |         ^
  do this: render it first: helm template RELEASE CHART | rootlock harden -f -`,
  },
  {
    what: 'a Jinja template',
    text: `{% if true %}\n${HEAD}`,
    says: `
web.yaml:1:1: error: the placeholder {% if true %} of a template is not YAML yet
  > 1 | {% if true %}
      | ^
    2 | apiVersion: v1
  do this: render the template first, and give rootlock what comes out of it`,
  },
  {
    what: 'a list at the root',
    text: '- kind: Pod\n',
    says: `
web.yaml:1:1: error: this document is a list, not a Kubernetes object
  > 1 | - kind: Pod
      | ^
  do this: put its items into documents of their own, separated by ---, or under "items:" of a "kind: List"`,
  },
  {
    what: 'a text at the root',
    text: 'just words\n',
    says: `
web.yaml:1:1: error: this document is a single value, not a Kubernetes object
  > 1 | just words
      | ^
  do this: a Kubernetes object begins with "apiVersion:" and "kind:"; is this the right file?`,
  },
  {
    what: 'an unclosed quote',
    text: `${HEAD}metadata:\n  name: "web\nspec: {}\n`,
    says: `
web.yaml:4:9: error: the quote " that opens here is never closed
    2 | kind: Pod
    3 | metadata:
  > 4 |   name: "web
      |         ^
    5 | spec: {}
  do this: add the closing "`,
  },
  {
    what: 'an unclosed bracket',
    text: `${HEAD}spec:\n  args: [a, b\n  image: nginx\n`,
    says: `
web.yaml:4:9: error: the bracket [ that opens here is not closed where the line below it begins
    2 | kind: Pod
    3 | spec:
  > 4 |   args: [a, b
      |         ^
    5 |   image: nginx
  do this: add the closing ]`,
  },
  {
    what: 'a missing space after a colon',
    text: `${HEAD}metadata:\n  name:web\n  labels: {}\n`,
    says: `
web.yaml:4:7: error: there is no space after "name:"
    2 | kind: Pod
    3 | metadata:
  > 4 |   name:web
      |       ^
    5 |   labels: {}
  do this: write name: web`,
  },
  {
    what: 'a missing colon',
    text: `${HEAD}spec:\n  containers\n  - name: web\n`,
    says: `
web.yaml:4:3: error: there is no colon after "containers"
    2 | kind: Pod
    3 | spec:
  > 4 |   containers
      |   ^
    5 |   - name: web
  do this: write containers: and its value`,
  },
  {
    what: 'a colon in a value',
    text: `${HEAD}metadata:\n  note: see: below\n`,
    says: `
web.yaml:4:9: error: the value of "note" has a colon and a space in it
    2 | kind: Pod
    3 | metadata:
  > 4 |   note: see: below
      |         ^
  do this: put quotes around it: note: 'see: below'`,
  },
  {
    what: 'a reserved character',
    text: `${HEAD}metadata:\n  name: @web\n`,
    says: `
web.yaml:4:9: error: a value cannot begin with @
    2 | kind: Pod
    3 | metadata:
  > 4 |   name: @web
      |         ^
  do this: put quotes around it: '@web'`,
  },
  {
    what: 'an alias without an anchor',
    text: `${HEAD}metadata: *common\n`,
    says: `
web.yaml:3:11: error: *common is an alias, and no &common stands above it
    1 | apiVersion: v1
    2 | kind: Pod
  > 3 | metadata: *common
      |           ^
  do this: add &common to the value that it repeats, or put quotes around it if the * is meant as it stands`,
  },
  {
    what: 'text after a value',
    text: `${HEAD}metadata:\n  name: "web" shop\n`,
    says: `
web.yaml:4:15: error: "shop" is left over after a value that is already complete
    2 | kind: Pod
    3 | metadata:
  > 4 |   name: "web" shop
      |               ^
  do this: put quotes around the whole value, or remove what follows it`,
  },
  {
    what: 'a comma too many in JSON',
    text: '{"kind": "Pod",,}\n',
    says: `
web.yaml:1:16: error: there is a comma too many
  > 1 | {"kind": "Pod",,}
      |                ^
  do this: remove it`,
  },
];

describe('readStream', () => {
  test.each(BAD)('tells of $what: the line, a caret, and what to do', ({ text, says }) => {
    expect(problemsOf(text)).toEqual([says.trimStart()]);
  });

  test('keeps a bad document from its neighbours, and tells its line in the file', () => {
    const stream = `${HEAD}---\nkind: "Pod\n---\n${HEAD}`;
    const kinds = readStream({ name: 'web.yaml', relative: 'web.yaml', text: stream }).map(
      ({ content }) => content.kind,
    );
    expect(kinds).toEqual(['mapping', 'bad', 'mapping']);
    expect(problemsOf(stream)[0]).toMatch(/^web\.yaml:4:7: /);
  });

  test.each([
    ['empty', ''],
    ['only comments', '# nothing\n'],
    ['an empty document', '---\n'],
    ['a Kustomize JSON patch', '- op: remove\n  path: /spec\n'],
  ])('finds no fault with %s', (_what, text) => {
    expect(readStream({ name: 'x', relative: 'x', text }).map(({ content }) => content.kind)).toEqual([
      'blank',
    ]);
  });

  test.each([
    ['quoted placeholders', 'args: [\'{{ .Name }}\', "{{ $labels.pod }}"]\n'],
    ['placeholders in a block', 'data: |\n  {{ range . }}\n'],
    ['placeholders in a comment', 'a: 1 # {{ x }}\n'],
  ])('takes %s for the texts they are', (_what, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  test.each([
    ['one document', 'a: 1\n'],
    ['several', '---\na: 1\n---\nb: 2\n...\n---\nc: 3'],
    ['Windows line ends', '---\r\na: 1\r\n---\r\nb: 2\r\n'],
    ['a marker within a block scalar, which ends it', 'a: |\n  x\n--- # next\nb: 1\n'],
  ])('gives the texts of documents that joined are the stream: %s', (_what, text) => {
    const documents = readStream({ name: 'x', relative: 'x', text });
    expect(documents.map((document) => document.text).join('')).toBe(text);
  });

  test.each([
    ['that is YAML itself', "other: 1 and the end'"],
    ['that is YAML itself, and has an end of its own', "other: 1, ''b''\n  more: 2'"],
    ['that is not', "and the end'"],
  ])(
    'reads a text whose line ends in a doubled quote, and which goes on at the left with a line %s',
    (_what, rest) => {
      const text = `data:\n  note: 'it says ''a''\n  ${rest}\n  last: 'x'\n`;
      const [document] = readStream({ name: 'x', relative: 'x', text });
      const words = rest.replaceAll("''", '"').replace("'", '').replaceAll('"', "'").replaceAll(/\s+/g, ' ');
      expect(document?.content).toMatchObject({
        kind: 'mapping',
        json: { data: { note: `it says 'a' ${words}`, last: 'x' } },
      });
    },
  );

  test.each([
    ["data:\n  empty: ''\n  note: 'a'''\n  other: 1\n", { empty: '', note: "a'", other: 1 }],
    ["data: &d\n  'k''': !!str 'a'''\n  b: ''\n", { "k'": "a'", b: '' }],
  ])('reads doubled quotes at the ends of texts and lines: %j', (text, data) => {
    const [document] = readStream({ name: 'x', relative: 'x', text });
    expect(document?.content).toMatchObject({ kind: 'mapping', json: { data } });
  });

  test.each([
    ['yes', true],
    ['off', false],
    ['0644', 420],
    ['0o644', 420],
    ['12:30', '12:30'],
    ['2026-01-01', '2026-01-01'],
    ['y', 'y'],
  ])('reads %s as kubectl does', (text, value) => {
    const [document] = readStream({ name: 'x', relative: 'x', text: `a: ${text}\n` });
    expect(document?.content).toMatchObject({ kind: 'mapping', json: { a: value } });
  });
});
