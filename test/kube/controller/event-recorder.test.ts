import { describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject } from '../../../src/core/json.ts';
import type { Telling } from '../../../src/core/telling.ts';
import { type Api, ApiError, type ApiRequest } from '../../../src/kube/api.ts';
import { createEventRecorder } from '../../../src/kube/controller/event-recorder.ts';
import { silentLog } from '../../support/silent-log.ts';

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'web' };
const TELLING: Telling = { reason: 'HealWaits', about: WEB, action: 'Wait', note: 'a budget says no' };
const MINUTE = 60_000;

const NOT_FOUND = new ApiError('there is no such event', 404, 'NotFound', undefined);

/** A recorder on a clock that only the test moves, and an API server that answers as it is told; it has no events. */
function recorder(answer: (request: ApiRequest) => ApiError | JsonObject | undefined = () => undefined) {
  let now = 0;
  const asked: ApiRequest[] = [];
  const counted: string[] = [];
  const json = async (request: ApiRequest) => {
    asked.push(request);
    const answered = answer(request) ?? (request.method === undefined ? NOT_FOUND : {});
    if (answered instanceof ApiError) throw answered;
    return answered;
  };
  const api: Api = {
    json,
    text: async () => '',
    open: () => Promise.reject(new Error('none')),
    now: () => now,
  };
  const { tell } = createEventRecorder({
    api,
    instance: 'test',
    clock: { now: () => now, sleep: async () => undefined, random: () => 0 },
    metrics: { event: (outcome) => counted.push(outcome) },
    log: silentLog,
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { tell, pass, asked, counted };
}

function writes(requests: readonly ApiRequest[]): readonly ApiRequest[] {
  return requests.filter(({ method }) => method !== undefined);
}

function told(requests: readonly ApiRequest[]): number {
  return requests.filter(({ method }) => method === 'POST').length;
}

describe('an event', () => {
  test('that was told within ten minutes is counted only, and told again with its count after that', async () => {
    const { tell, pass, asked, counted } = recorder();
    for (let time = 0; time < 10; time++) {
      await tell(TELLING);
      pass(MINUTE);
    }
    expect(told(asked)).toBe(1);
    await tell(TELLING);
    expect(counted).toEqual(['told', ...Array(9).fill('repeated'), 'told']);
    expect(
      writes(asked).map(({ body }) => isObject(body) && isObject(body.series) && body.series.count),
    ).toEqual([false, 11]);
  });

  test('has the same name whoever tells it, and another where anything else is different', async () => {
    const { tell, asked } = recorder();
    await tell(TELLING);
    await recorderInto(asked, TELLING);
    await recorderInto(asked, { ...TELLING, note: 'another' });
    await recorderInto(asked, { ...TELLING, about: { ...WEB, uid: 'made anew' } });
    const names = writes(asked).map(
      ({ body }) => isObject(body) && isObject(body.metadata) && body.metadata.name,
    );
    expect(names[1]).toBe(names[0]);
    expect(new Set(names).size).toBe(3);
  });

  test('that the leader before has told is not written again, until it is told again ten minutes later', async () => {
    const { tell, pass, asked } = recorder(({ method }) => {
      if (method === undefined) return { series: { count: 4 } };
      return method === 'POST' ? new ApiError('exists', 409, 'AlreadyExists', undefined) : undefined;
    });
    expect(await tell(TELLING)).toBe('repeated');
    pass(MINUTE);
    expect(await tell(TELLING)).toBe('repeated');
    expect(writes(asked)).toEqual([]);
    pass(10 * MINUTE);
    expect(await tell(TELLING)).toBe('told');
    expect(writes(asked)[1]).toMatchObject({ method: 'PATCH', body: { series: { count: 7 } } });
  });

  test('that another process tells at the same moment gets a count', async () => {
    const { tell, asked } = recorder(({ method }) =>
      method === 'POST' ? new ApiError('exists', 409, 'AlreadyExists', undefined) : undefined,
    );
    expect(await tell(TELLING)).toBe('told');
    expect(writes(asked)[1]).toMatchObject({ method: 'PATCH', body: { series: { count: 2 } } });
  });

  test('that cannot be told leaves nothing else undone, and is tried again', async () => {
    let fails = true;
    const { tell } = recorder(() => (fails ? new ApiError('failed', 500, '', undefined) : undefined));
    expect(await tell(TELLING)).toBe('dropped');
    fails = false;
    expect(await tell(TELLING)).toBe('told');
  });

  test('about an object without a namespace is told in the namespace default', async () => {
    const { tell, asked } = recorder();
    const { namespace: _, ...about } = WEB;
    await tell({ ...TELLING, about });
    expect(writes(asked)[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events');
  });

  test.each(['x', 'é', '日', '😀'])(
    'about %s is cut to what the API server takes, in bytes',
    async (letter) => {
      const { tell, asked } = recorder();
      const note = letter.repeat(1_000) + 'x'.repeat(1_000);
      await tell({ ...TELLING, note, about: { ...WEB, name: 'n'.repeat(253) } });
      const body = writes(asked)[0]?.body as {
        readonly note: string;
        readonly metadata: { readonly name: string };
      };
      expect(Buffer.byteLength(body.note)).toBeLessThanOrEqual(1_024);
      expect(Buffer.byteLength(body.note)).toBeGreaterThan(1_015);
      expect(note.startsWith(body.note.slice(0, -1))).toBe(true);
      expect(body.note.isWellFormed()).toBe(true);
      expect(body.metadata.name.length).toBeLessThanOrEqual(253);
    },
  );
});

test.each(['-', '.'])(
  'an event has a name that the API server takes where its object’s is cut at %s',
  async (end) => {
    const { tell, asked } = recorder();
    await tell({ ...TELLING, about: { ...WEB, name: `${'n'.repeat(235)}${end}tail` } });
    const [{ body } = {}] = writes(asked);
    const name = isObject(body) && isObject(body.metadata) ? String(body.metadata.name) : '';
    expect(name).toMatch(/^n{235}\.[0-9a-f]{16}$/);
  },
);

describe('events are limited', () => {
  test('of one object to 25 at once, and one in five minutes from then on', async () => {
    const { tell, pass, asked } = recorder();
    for (let index = 0; index < 50; index++) await tell({ ...TELLING, note: String(index) });
    expect(told(asked)).toBe(25);
    pass(5 * MINUTE);
    for (let index = 50; index < 60; index++) await tell({ ...TELLING, note: String(index) });
    expect(told(asked)).toBe(26);
  });

  test('all together to 100 at once, and 20 a second from then on', async () => {
    const { tell, pass, asked } = recorder();
    const about = (index: number) => ({
      ...TELLING,
      about: { ...WEB, name: `web-${index}`, uid: `${index}` },
    });
    for (let index = 0; index < 200; index++) await tell(about(index));
    expect(told(asked)).toBe(100);
    pass(1_000);
    for (let index = 200; index < 400; index++) await tell(about(index));
    expect(told(asked)).toBe(120);
  });

  test('one that is left out for all the others costs its own object nothing', async () => {
    const { tell, pass, asked } = recorder();
    for (let index = 0; index < 100; index++)
      await tell({ ...TELLING, about: { ...WEB, name: `w${index}` } });
    for (let index = 0; index < 25; index++) await tell({ ...TELLING, note: String(index) });
    expect(told(asked)).toBe(100);
    pass(5_000);
    for (let index = 0; index < 25; index++) await tell({ ...TELLING, note: String(index) });
    expect(told(asked)).toBe(125);
  });
});

/** Tells it by another process, which has told nothing before. */
async function recorderInto(asked: ApiRequest[], telling: Telling): Promise<void> {
  const other = recorder();
  await other.tell(telling);
  asked.push(...other.asked);
}
