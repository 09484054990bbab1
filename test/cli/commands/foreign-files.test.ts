import { describe, expect, test } from '@jest/globals';
import { readStream } from '../../../src/cli/yaml/stream.ts';
import { runCli } from '../run-cli.ts';

const WEB = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
`;

const TEMPLATE = `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
`;

/** What stands beside manifests in a repository. */
const REPOSITORY = {
  'deploy/web.yaml': WEB,
  'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'charts/shop/values.yaml': 'replicas: 1\nargs: ["{{ .Values.a }}"]\n',
  'charts/shop/templates/web.yaml': `${TEMPLATE}---\n${WEB}`,
  'charts/shop/templates/tests/ping.yaml': '{{- if .Values.ping }}\na: b\n{{- end }}\n',
  'ansible/tasks.yml': '- name: install\n  apt: {name: nginx}\n',
  'ansible/site.yml': '{% for host in hosts %}\n- host: {{ host }}\n{% endfor %}\n',
  'names.json': '["one", "two"]\n',
  'note.yaml': 'to be written\n',
  'routes.yaml': '- apiVersion: example.com/v1\n  kind: Route\n',
  'compose.yaml': 'services:\n  web:\n    image: nginx\n',
  'ci/build.yml': 'on: push\njobs:\n  test:\n    runs-on: ubuntu\n',
};

describe('a folder with more in it than manifests', () => {
  test('is hardened without an error about what is none', async () => {
    const run = await runCli(['harden', '-f', '.', '-o', 'out'], { files: REPOSITORY });
    expect(run.stderr).not.toContain('error:');
    expect(run.stderr).toContain('- Chart charts/shop: left alone');
    expect(run.stderr).toContain('chart-template: 2 of its templates are no YAML until rendered');
    expect(run.stderr).toContain('helm template RELEASE charts/shop | rootlock harden -f -');
    expect(run.stderr).toContain(
      '1 workload: 1 hardened; 1 chart left alone (chart-template); 9 files without Kubernetes objects',
    );
    expect(run.exitCode).toBe(0);
    const copy = (path: string): string | undefined => run.files[`out/${path}`];
    expect(copy('charts/shop/templates/web.yaml')).toBe(REPOSITORY['charts/shop/templates/web.yaml']);
    expect(copy('ansible/site.yml')).toBe(REPOSITORY['ansible/site.yml']);
  });

  test('is scanned and explained without an error as well', async () => {
    for (const command of ['scan', 'explain']) {
      const { stdout, stderr } = await runCli([command, '-f', '.'], { files: REPOSITORY });
      expect(stderr).toBe('');
      expect(stdout).toContain('9 files without Kubernetes objects');
      expect(stdout).toContain('chart-template');
    }
  });

  test('is printed as a stream without what is none', async () => {
    const { stdout } = await runCli(['harden', '-f', '.', '-q'], { files: REPOSITORY });
    expect(stdout).toContain('readOnlyRootFilesystem: true');
    expect(stdout).toMatch(/^apiVersion: v1\nkind: Pod\n/);
    expect(stdout).not.toMatch(/---|\{\{|services|jobs/);
    const named = await runCli(['harden', '-f', 'compose.yaml', '-q'], { files: REPOSITORY });
    expect(named.stdout).toBe(REPOSITORY['compose.yaml']);
  });

  test('tells in JSON what was passed over, and why', async () => {
    for (const argv of [
      ['harden', '-f', '.', '-o', 'json'],
      ['scan', '-f', '.', '-o', 'json'],
    ]) {
      const { stdout } = await runCli(argv, { files: REPOSITORY });
      expect(JSON.parse(stdout).passedOver).toEqual([
        { file: 'ansible/site.yml', reason: 'not-kubernetes' },
        { file: 'ansible/tasks.yml', reason: 'not-kubernetes' },
        { file: 'charts/shop/Chart.yaml', reason: 'not-kubernetes' },
        { file: 'charts/shop/templates/tests/ping.yaml', reason: 'chart-template', chart: 'charts/shop' },
        { file: 'charts/shop/templates/web.yaml', reason: 'chart-template', chart: 'charts/shop' },
        { file: 'charts/shop/values.yaml', reason: 'not-kubernetes' },
        { file: 'ci/build.yml', reason: 'not-kubernetes' },
        { file: 'compose.yaml', reason: 'not-kubernetes' },
        { file: 'names.json', reason: 'not-kubernetes' },
        { file: 'note.yaml', reason: 'not-kubernetes' },
        { file: 'routes.yaml', reason: 'not-kubernetes' },
      ]);
    }
  });

  test('has an error where a file is meant to be a manifest, and is named by somebody', async () => {
    for (const file of ['names.json', 'note.yaml', 'ansible/site.yml', 'charts/shop/templates/web.yaml']) {
      const { stderr, exitCode } = await runCli(['harden', '-f', file], { files: REPOSITORY });
      expect(stderr).toContain(`${file}:`);
      expect(stderr).toContain('error:');
      expect(exitCode).toBe(1);
    }
  });

  test('has an error where a manifest in it cannot be read', async () => {
    const files = {
      'a.yaml': `${WEB}   b: c\n`,
      'c.json': '{"metadata": {}, "kind": "Pod"',
      'd.yaml': '--- \nkind: "Pod',
      'b.json': `[${JSON.stringify({ apiVersion: 'v1', kind: 'Pod' })}]`,
    };
    const { stderr, exitCode } = await runCli(['harden', '-f', '.'], { files });
    expect(stderr).toContain('a.yaml:9:4: error:');
    expect(stderr).toContain('b.json:1:1: error: this document is a list');
    expect(stderr).toContain('c.json:1:');
    expect(stderr).toContain('d.yaml:2:7');
    expect(stderr).toContain('4 problems');
    expect(exitCode).toBe(1);
  });

  test('tells of the placeholders of one file once', async () => {
    const { stderr } = await runCli(['harden', '-f', '.'], {
      files: { 'a.yaml': `${TEMPLATE}---\n${TEMPLATE}` },
    });
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(stderr).toContain(
      'a.yaml:4:9: error: the placeholder {{ .Release.Name }} of a template is not YAML yet, nor are those of another document of this file',
    );
    expect(stderr).toContain('1 problem\n');
  });
});

const PATCH = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          env: [{name: A, value: b}]
`;

const REPLICAS = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n';

describe('patches of kustomize', () => {
  const overlay = {
    'base/web.yaml': WEB,
    'over/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\npatches:\n- path: env.yaml\npatchesStrategicMerge:\n- ./patches/replicas.yaml\n- |-\n  apiVersion: v1\n  kind: Pod\n',
    'over/env.yaml': PATCH,
    'over/patches/replicas.yaml': REPLICAS,
  };

  test('are parts of objects, and no errors', async () => {
    const { stderr, exitCode } = await runCli(['harden', '-f', '.', '-o', 'out'], { files: overlay });
    expect(stderr).not.toContain('error:');
    expect(stderr).toContain('- Deployment web: left alone  over/env.yaml:1');
    expect(stderr).toContain(
      'kustomize-patch: a part of an object, which over/kustomization.yaml merges into it',
    );
    expect(stderr).toContain(
      '1 workload: 1 hardened; 1 other object passed through; 2 patches left alone (kustomize-patch)',
    );
    expect(exitCode).toBe(0);
  });

  test('are told of where no kustomization names them, and are errors where somebody names the file', async () => {
    const bare = `${REPLICAS.replace('replicas: 3', 'template: {spec: {nodeName: a}}')}`;
    const files = { 'over/bare.yaml': bare, 'over/env.yaml': PATCH, 'over/replicas.yaml': REPLICAS };
    const folder = await runCli(['harden', '-f', 'over'], { files });
    expect(folder.stderr).not.toContain('error:');
    expect(folder.stderr).toContain(
      'incomplete-object: the container "web" has no image: no API server would',
    );
    expect(folder.stderr).toContain(
      'incomplete-object: Deployment web has no spec.template.spec: no API server',
    );
    expect(folder.stderr).toContain('incomplete-object: Deployment web has no containers: no API server');
    expect(folder.stderr).toContain('0 workloads; 3 objects left alone (incomplete-object)');
    expect(folder.exitCode).toBe(0);
    const named = await runCli(['harden', '-f', 'over/env.yaml', '-f', 'over/replicas.yaml'], { files });
    expect(named.stderr).toContain('error: the container "web" has no image');
    expect(named.stderr).toContain('error: Deployment web has no spec.template.spec');
    expect(named.exitCode).toBe(1);
  });
});

/** Go's parser takes a text in quotes that goes on no deeper than its key, so kubectl does. */
describe('a text in quotes that goes on too far to the left', () => {
  const head =
    "metadata:\n  name: web\n  annotations:\n    about: 'one\n\n  two''s'\n    more: \"a\\\n  b\\\"\n\"\n";
  const map = `apiVersion: v1\nkind: ConfigMap\n${head}`;
  const pod = `apiVersion: v1\nkind: Pod\n${head}spec:\n  containers:\n  - name: web\n    image: nginx:1.27\n`;

  test('is no error where nothing is to be changed', async () => {
    const { stderr, stdout, exitCode } = await runCli(['harden', '-f', '-'], { stdin: map });
    expect(stderr).toBe('0 workloads; 1 other object passed through\n');
    expect(stdout).toBe(map);
    expect(exitCode).toBe(0);
    const [document] = readStream({ name: 'x', relative: 'x', text: map });
    expect(document?.content).toMatchObject({
      json: { metadata: { annotations: { about: "one\ntwo's", more: 'ab" ' } } },
    });
  });

  test('may stand there many times', () => {
    const texts = Array.from(
      { length: 40 },
      (_each, at) => `- rule: 'a ''b''\n  == c ${at}'\n  name: '${at}'\n`,
    );
    const text = `kind: List\nitems:\n${texts.join('')}`;
    const [document] = readStream({ name: 'x', relative: 'x', text });
    const items = texts.map((_each, at) => ({ rule: `a 'b' == c ${at}`, name: `${at}` }));
    expect(document?.content).toMatchObject({ kind: 'mapping', json: { items } });
  });

  test('is an error of that line where the document is to be changed', async () => {
    const { stderr, stdout, exitCode } = await runCli(['harden', '-f', '-'], { stdin: pod });
    expect(stderr).toContain('<stdin>:8:3: error: a text in quotes goes on here');
    expect(stdout).toBe(pod);
    expect(exitCode).toBe(1);
  });

  test('is scanned', async () => {
    const { stdout } = await runCli(['scan', '-f', '-'], { stdin: pod });
    expect(stdout).toContain('writable-root');
  });

  test('is an error where it never ends', async () => {
    const { stderr } = await runCli(['scan', '-f', '-'], {
      stdin: "kind: Pod\nmetadata:\n  name: 'a\nspec: {}\n",
    });
    expect(stderr).toContain("<stdin>:3:9: error: the quote ' that opens here is never closed");
  });
});
