import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../run-cli.ts';

const CASE = fileURLToPath(new URL('cases/explain/pod/', import.meta.url));
const MANIFEST = readFileSync(`${CASE}input.yaml`, 'utf8');

describe('explain', () => {
  test('tells the rules of the namespace, the profiles, each path and its reason, and what still is to be said', async () => {
    const { exitCode, stdout } = await runCli(['explain', '-f', '-'], { stdin: MANIFEST });
    expect(exitCode).toBe(0);
    if (process.env.UPDATE_GOLDEN && !process.env.CI) writeFileSync(`${CASE}want.txt`, stdout);
    expect(stdout).toBe(readFileSync(`${CASE}want.txt`, 'utf8'));
  });

  test('prints the same as JSON', async () => {
    const { stdout } = await runCli(['explain', '-f', '-', '-o', 'json'], { stdin: MANIFEST });
    expect(JSON.parse(stdout).workloads[0]).toMatchObject({
      policy: { explicitFalse: 'override', from: 'Namespace shop' },
      containers: [
        { name: 'tool', outcome: 'left-alone', reason: 'unknown-image' },
        { name: 'web', notMounted: [{ path: '/var/run', reason: 'already-mounted' }] },
        { name: 'redis', env: [{ name: 'TMPDIR', value: '/data' }] },
      ],
    });
  });

  test('tells of bad manifests by its exit code', async () => {
    const { exitCode, stderr } = await runCli(['explain', '-f', '-'], { stdin: 'a: [' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('<stdin>:1:4: error:');
  });
});
