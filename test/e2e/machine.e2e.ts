import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { findLeftovers } from '../support/node/leftovers.ts';
import { type MachineFacts, startMachine } from '../support/node/machine.ts';

test('a machine has processes, mounts and a network of its own', async () => {
  const machine = await startMachine();
  const { network, init } = machine.facts;
  const inside = await machine.run('sh', [
    '-c',
    'ls /var/lib /run; hostname -I 2>/dev/null || ip address; echo $$',
  ]);
  expect(inside.stdout).toContain(network.nodeAddress);
  expect(Number(inside.stdout.trim().split('\n').at(-1))).toBeLessThan(init);
  await machine.stop();
});

test('two machines run side by side, on networks of their own', async () => {
  const [one, other] = [await startMachine(), await startMachine()];
  expect(one.facts.network.pods).not.toBe(other.facts.network.pods);
  await one.stop();
  await other.stop();
});

test('stop leaves nothing behind', async () => {
  const machine = await startMachine();
  const { folder, controlGroup, network } = machine.facts;
  const traces = { folder, controlGroup, link: network.link };
  expect(findLeftovers(traces).length).toBeGreaterThan(3);
  await machine.stop();
  expect(findLeftovers(traces)).toEqual([]);
});

test('a machine whose maker is killed leaves nothing behind', async () => {
  const module = JSON.stringify(join(import.meta.dirname, '../support/node/machine.ts'));
  const source = `
    const { startMachine } = await import(${module});
    console.log(JSON.stringify((await startMachine()).facts));
    setInterval(() => {}, 1000);
  `;
  const maker = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: maker.stdout }), 'line');
  const { folder, controlGroup, network }: MachineFacts = JSON.parse(line);
  const traces = { folder, controlGroup, link: network.link };
  expect(findLeftovers(traces).length).toBeGreaterThan(3);
  maker.kill('SIGKILL');
  await waitUntil(
    'everything to be gone',
    async () => (findLeftovers(traces).length === 0 ? true : undefined),
    {
      saw: () => findLeftovers(traces).join('\n'),
    },
  );
});
