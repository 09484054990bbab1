import { describe, expect, test } from '@jest/globals';
import { FINDINGS } from '../../../src/core/policy/rule.ts';
import { runCli } from '../run-cli.ts';

const MANIFEST = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostPID: true
  containers:
    - name: locked
      image: nginx
      securityContext:
        readOnlyRootFilesystem: true
        allowPrivilegeEscalation: false
        runAsNonRoot: true
        capabilities: {drop: [ALL]}
    - name: open
      image: nginx
      securityContext:
        allowPrivilegeEscalation: false
        privileged: true
---
apiVersion: v1
kind: Pod
metadata: {name: windows}
spec: {os: {name: windows}, containers: [{name: web, image: nginx}]}
`;
const CLEAN = `apiVersion: v1
kind: Pod
metadata: {name: clean}
spec:
  containers:
    - name: locked
      image: quay.io/example/tool
      securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false}
`;
const files = { 'a b.yaml': MANIFEST, 'clean.yaml': CLEAN };

describe('scan', () => {
  test('prints a table of containers, what its words mean, and a count', async () => {
    const { exitCode, stdout } = await runCli(['scan', '-f', '.'], { files });
    expect(exitCode).toBe(1);
    expect(stdout).toBe(`  CONTAINER  VERDICT    HARDEN  FINDINGS
Pod web  a b.yaml:1
  locked     immutable  yes     none
  open       writable   yes     privileged, host-pid, writable-root
Pod clean  clean.yaml:1
  locked     immutable  -       none

  immutable      its root is read-only, and nothing it is allowed to do undoes that or changes the node
  writable       its root is writable
  privileged     ${FINDINGS.privileged}
  host-pid       ${FINDINGS['host-pid']}
  writable-root  ${FINDINGS['writable-root']}

3 containers in 3 workloads: 2 immutable, 1 writable; 1 workload not judged (windows)
`);
  });

  test('judges manifests as they are written, whatever their namespace would make of them', async () => {
    const stdin = `kind: Namespace\napiVersion: v1\nmetadata: {name: default, labels: {rootlock.dev/mode: enforce}}\n---\n${MANIFEST}`;
    const { stdout } = await runCli(['scan', '-f', '-'], { stdin });
    expect(stdout).toContain('privileged, host-pid, writable-root');
  });

  test('prints JSON with the line of each finding', async () => {
    const { stdout } = await runCli(['scan', '-f', 'a b.yaml', '-o', 'json'], { files });
    const [web, windows] = JSON.parse(stdout).workloads;
    expect(web.containers[1]).toMatchObject({
      name: 'open',
      verdict: 'writable',
      findings: [
        { key: 'privileged', severity: 'high', line: 18, column: 9 },
        { key: 'host-pid', line: 5, column: 3 },
        { key: 'writable-root', line: 14, column: 7 },
      ],
    });
    expect(windows).toMatchObject({ name: 'windows', reason: 'windows', containers: [] });
  });

  test('prints SARIF 2.1.0: a rule for each finding, a region for each result', async () => {
    const { stdout } = await runCli(['scan', '-f', '.', '-o', 'sarif'], {
      files: { ...files, 'bad.yaml': 'kind: [\n' },
    });
    const { version, runs } = JSON.parse(stdout);
    expect(version).toBe('2.1.0');
    const [{ tool, results, invocations }] = runs;
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(Object.keys(FINDINGS));
    expect(results[0]).toMatchObject({
      ruleId: 'privileged',
      ruleIndex: 0,
      level: 'error',
      message: { text: expect.stringMatching(/^Pod web, container open: /) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b.yaml' },
            region: { startLine: 18, startColumn: 9 },
          },
        },
      ],
    });
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [expect.objectContaining({ level: 'error' })],
      },
    ]);
  });

  test.each([
    ['any', 1],
    ['none', 0],
    ['high', 1],
    ['low', 1],
    ['host-path', 0],
    ['host-path,privileged', 1],
  ])('fails on %s with exit code %i', async (what, code) => {
    expect((await runCli(['scan', '-f', 'a b.yaml', '--fail-on', what], { files })).exitCode).toBe(code);
  });

  test.each([
    ['nothing found', ['-f', 'clean.yaml'], 0],
    ['a file that cannot be read', ['-f', 'bad.yaml', '--fail-on', 'none'], 1],
    ['an unknown finding', ['-f', 'clean.yaml', '--fail-on', 'privilege'], 2],
    ['a folder without manifests', ['-f', 'docs'], 2],
    ['an unknown format', ['-f', 'clean.yaml', '-o', 'xml'], 2],
  ])('tells %s by its exit code', async (_what, flags, code) => {
    const result = await runCli(['scan', ...flags], {
      files: { ...files, 'bad.yaml': 'a: [\n', 'docs/page.md': '' },
    });
    expect(result.exitCode).toBe(code);
  });

  test('says so where there is nothing to judge', async () => {
    const { exitCode, stdout } = await runCli(['scan', '-f', '-'], {
      stdin: 'kind: Service\napiVersion: v1\n',
    });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: '0 containers in 0 workloads; 1 other object passed over\n',
    });
  });
});
