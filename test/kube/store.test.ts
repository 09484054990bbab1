import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Api } from '../../src/kube/api.ts';
import { createStore } from '../../src/kube/store.ts';
import { silentLog } from '../support/silent-log.ts';
import { virtualClock } from './virtual-clock.ts';

test('an object that cannot be read is left as it was, and takes no other with it', async () => {
  const stop = new AbortController();
  const clock = virtualClock({ until: Number.POSITIVE_INFINITY, stop });
  const events = [
    { type: 'MODIFIED', object: thing('a', 'unreadable') },
    { type: 'ADDED', object: thing('b', 'unreadable') },
    { type: 'ADDED', object: thing('c', 'third') },
  ];
  const api: Api = {
    now: () => 0,
    text: async () => '',
    json: async () => ({ metadata: { resourceVersion: '1' }, items: [thing('a', 'first')] }),
    open: async () => {
      const lines = events.splice(0).map((each) => `${JSON.stringify(each)}\n`);
      if (lines.length === 0) stop.abort();
      // A stream of text, of which nothing but that is used.
      return Readable.from(lines) as IncomingMessage;
    },
  };
  let changes = 0;
  const store = createStore<string>({
    api,
    path: '/things',
    read: ({ value }) => {
      if (value === 'unreadable') throw new Error('cannot be read');
      return String(value);
    },
    same: (before, after) => before === after,
    changed: () => changes++,
    clock,
    log: silentLog,
  });
  await store.run(stop.signal);
  expect(store.values()).toEqual(['first', 'third']);
  expect(changes).toBe(2);
});

function thing(name: string, value: string) {
  return { metadata: { name, resourceVersion: '2' }, value };
}
