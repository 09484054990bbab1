import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { withLock } from './lock.ts';

const parent = mkdtempSync(join(tmpdir(), 'rootlock-lock-'));
afterAll(() => rmSync(parent, { recursive: true }));
const newFolder = () => mkdtempSync(join(parent, 'case-'));

test('withLock lets one in after the other, and leaves no file', async () => {
  const folder = newFolder();
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(20);
    inside -= 1;
  };
  const waiting = () => {};
  await Promise.all([1, 2, 3].map(() => withLock(join(folder, 'x.lock'), { work, waiting })));
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('withLock takes over the lock of a process that is gone', async () => {
  const lock = join(newFolder(), 'x.lock');
  mkdirSync(lock);
  writeFileSync(join(lock, 'pid'), String(spawnSync('true').pid));
  const told: string[] = [];
  await withLock(lock, { work: async () => void told.push('work'), waiting: () => told.push('waiting') });
  expect(told).toEqual(['waiting', 'work']);
});

test('withLock gives the lock back when the work fails', async () => {
  const folder = newFolder();
  const work = () => Promise.reject(new Error('no'));
  await expect(withLock(join(folder, 'x.lock'), { work, waiting: () => {} })).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});
