import { expect, test } from '@jest/globals';
import { serverTime } from '../../src/kube/server-time.ts';

const SENT = Date.parse('2026-01-01T12:00:00Z');

test.each([
  { what: 'a header of the same second', date: 0, answered: 300, time: 300 },
  { what: 'a header of just before', date: -4, answered: 300, time: 300 },
  { what: 'an answer that was long on its way', date: 0, answered: 9_000, time: 9_000 },
  { what: 'an answer that was long in the making', date: 9, answered: 9_000, time: 9_000 },
  { what: 'a server that is behind', date: -60, answered: 300, time: -60_000 },
  { what: 'a server that is ahead', date: 60, answered: 300, time: 60_000 },
  { what: 'no header', date: undefined, answered: 300, time: 300 },
])('with $what, it is $time ms after the request was sent', ({ date, answered, time }) => {
  const header = date === undefined ? undefined : new Date(SENT + date * 1_000).toUTCString();
  expect(serverTime(header, { sent: SENT, answered: SENT + answered }) - SENT).toBe(time);
});
