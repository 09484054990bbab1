import { expect, test } from '@jest/globals';
import { pollFiles } from '../src/tls-files.ts';
import { silentLog } from './support/silent-log.ts';

/** Polls files whose content is each of these in turn; the answer is what was taken. */
async function play(contents: readonly string[], take: (value: string) => void): Promise<void> {
  const stop = new AbortController();
  const left = [...contents];
  await pollFiles(
    'first',
    {
      everyMs: 2_000,
      read: async () => {
        const next = left.shift() ?? '';
        if (next === 'missing') throw new Error('ENOENT');
        return next;
      },
      take,
      sleep: async () => {
        if (left.length === 0) stop.abort();
      },
      log: silentLog,
    },
    stop.signal,
  );
}

test('only what has changed is taken', async () => {
  const taken: string[] = [];
  await play(['first', 'second', 'second', 'third'], (value) => taken.push(value));
  expect(taken).toEqual(['second', 'third']);
});

test('files that are away for a moment leave what there was', async () => {
  const taken: string[] = [];
  await play(['missing', 'first', 'missing', 'second'], (value) => taken.push(value));
  expect(taken).toEqual(['second']);
});

test('what cannot be used is offered again', async () => {
  const offered: string[] = [];
  await play(['half', 'half', 'whole'], (value) => {
    offered.push(value);
    if (value === 'half') throw new Error('key values mismatch');
  });
  expect(offered).toEqual(['half', 'half', 'whole']);
});
