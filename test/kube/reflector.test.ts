import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { type Api, ApiError, type ApiRequest } from '../../src/kube/api.ts';
import { reflect } from '../../src/kube/reflector.ts';
import { virtualClock } from './virtual-clock.ts';

const LIST = { metadata: { resourceVersion: '7' }, items: [] };

type Fault = { readonly fault: string; readonly fail: (request: ApiRequest) => Error };

const FAULTS: readonly Fault[] = [
  { fault: 'refuses connections', fail: () => new Error('connect ECONNREFUSED') },
  ...[401, 403, 404, 410, 429, 500, 503, 504].map((status) => ({
    fault: `answers ${status}`,
    fail: () => new ApiError('failed', status, '', undefined),
  })),
  { fault: 'asks for half a minute', fail: () => new ApiError('failed', 429, 'TooManyRequests', 30) },
  { fault: 'asks for a day', fail: () => new ApiError('failed', 429, 'TooManyRequests', 86_400) },
];

/** Plays a cluster in which each request fails, for so many milliseconds; the answer is how often it was asked. */
async function playFault({ fail }: Fault, until: number, random: number) {
  const stop = new AbortController();
  const clock = virtualClock({ until, stop, random });
  let requests = 0;
  const failing = async (request: ApiRequest) => {
    requests++;
    throw fail(request);
  };
  const api: Api = { json: failing, text: failing, open: failing, now: () => 0 };
  await reflect({ api, path: '/things', read: (object) => object, handlers: IGNORED, clock }, stop.signal);
  return { requests, waits: clock.slept };
}

const IGNORED = {
  replaced: () => undefined,
  changed: () => undefined,
  deleted: () => undefined,
  reached: () => undefined,
  failed: () => undefined,
};

describe.each([0, 0.999])('reflect, with chance at %d, when the API server', (random) => {
  test.each(FAULTS)('$fault: asks at most once a second, and waits at most 35 s', async (fault) => {
    const { requests, waits } = await playFault(fault, 600_000, random);
    expect(requests).toBeGreaterThan(600 / 35);
    expect(requests).toBeLessThanOrEqual(600);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(35_000);
  });
});

type Told = readonly [what: string, name?: string];

/** Plays one list and the watches that follow it, each of the texts being one; the answer is what was told. */
async function playWatches(watches: readonly string[]): Promise<{ told: Told[]; paths: string[] }> {
  const stop = new AbortController();
  const clock = virtualClock({ until: Number.POSITIVE_INFINITY, stop });
  const told: Told[] = [];
  const paths: string[] = [];
  const left = [...watches];
  const api: Api = {
    text: async () => '',
    now: () => 0,
    json: async ({ query }) => {
      paths.push(`list ${query?.limit}`);
      return LIST;
    },
    open: async ({ query }) => {
      paths.push(`watch ${query?.resourceVersion}`);
      const body = left.shift();
      if (body === undefined) {
        stop.abort();
        throw new Error('stopped');
      }
      // A stream of text, of which nothing but that is used.
      return Readable.from([body]) as IncomingMessage;
    },
  };
  const named = (what: string) => (object: { readonly metadata?: unknown }) => {
    told.push([what, (object.metadata as { name: string }).name]);
  };
  const handlers = {
    replaced: () => told.push(['replaced']),
    changed: named('changed'),
    deleted: named('deleted'),
    reached: () => undefined,
    failed: (error: Error) => told.push(['failed', error.message]),
  };
  await reflect({ api, path: '/things', read: (object) => object, handlers, clock }, stop.signal);
  return { told, paths };
}

function event(type: string, name: string, resourceVersion: string): string {
  return `${JSON.stringify({ type, object: { metadata: { name, resourceVersion } } })}\n`;
}

describe('reflect', () => {
  test('tells the list, then each change, and goes on from the last version, bookmarks included', async () => {
    const { told, paths } = await playWatches([
      event('ADDED', 'a', '8') + event('MODIFIED', 'a', '9') + event('BOOKMARK', '', '20'),
      event('DELETED', 'a', '21'),
    ]);
    expect(told.filter(([what]) => what !== 'failed')).toEqual([
      ['replaced'],
      ['changed', 'a'],
      ['changed', 'a'],
      ['deleted', 'a'],
    ]);
    expect(paths).toEqual(['list 200', 'watch 7', 'watch 20', 'watch 21']);
  });

  test.each([
    { why: 'an event is no JSON', body: '{"type":"ADDED","obj\n' },
    { why: 'an event has no object', body: '{"type":"ADDED"}\n' },
    { why: 'its version is too old', body: `${JSON.stringify({ type: 'ERROR', object: { code: 410 } })}\n` },
    {
      why: 'the server says that it expired',
      body: `${JSON.stringify({ type: 'ERROR', object: { code: 500, reason: 'Expired' } })}\n`,
    },
  ])('lists anew when $why', async ({ body }) => {
    const { paths } = await playWatches([event('ADDED', 'a', '8') + body]);
    expect(paths).toEqual(['list 200', 'watch 7', 'list 200', 'watch 7']);
  });

  test('does not list anew when a connection breaks', async () => {
    const { paths } = await playWatches([event('ADDED', 'a', '8'), '']);
    expect(paths).toEqual(['list 200', 'watch 7', 'watch 8', 'watch 8']);
  });

  test('gives up on an event that has no end, before it fills the memory', async () => {
    const { told } = await playWatches([`{"type":"ADDED","object":"${'x'.repeat(17 * 1024 * 1024)}`]);
    expect(told).toEqual([['replaced'], ['failed', 'a watch event beyond 16 MiB']]);
  });
});

describe('of a list of many pages, reflect', () => {
  test('keeps what is read of an object before it asks for the next page, and tells of all pages together', async () => {
    const stop = new AbortController();
    const done: string[] = [];
    const pages = [['a', 'b'], ['c'], ['d']];
    const api: Api = {
      text: async () => '',
      now: () => 0,
      json: async ({ query }) => {
        const page = Number(query?.continue ?? 0);
        done.push(`page ${page}`);
        const next = page + 1 < pages.length ? String(page + 1) : '';
        return {
          metadata: { resourceVersion: '7', continue: next },
          items: pages[page]?.map((name) => ({ name })),
        };
      },
      open: async () => {
        stop.abort();
        throw new Error('stopped');
      },
    };
    const read = ({ name }: { readonly name?: unknown }) => {
      done.push(`read ${name}`);
      return String(name);
    };
    const replaced = (names: readonly string[]) => done.push(`replaced by ${names.join(' ')}`);
    const clock = virtualClock({ until: Number.POSITIVE_INFINITY, stop });
    await reflect({ api, path: '/things', read, handlers: { ...IGNORED, replaced }, clock }, stop.signal);
    expect(done).toEqual([
      'page 0',
      'read a',
      'read b',
      'page 1',
      'read c',
      'page 2',
      'read d',
      'replaced by a b c d',
    ]);
  });
});
