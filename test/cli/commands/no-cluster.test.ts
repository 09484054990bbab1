import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { createFolder } from '../run-cli.ts';

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

test('a command about a cluster says what to do where none is configured', () => {
  const HOME = createFolder({});
  const ended = spawnSync(process.execPath, [CLI, 'scan'], { env: { HOME }, encoding: 'utf8' });
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({
    status: 1,
    stderr: 'error: no cluster is configured: name a kubeconfig file with --kubeconfig, or set KUBECONFIG\n',
  });
});
