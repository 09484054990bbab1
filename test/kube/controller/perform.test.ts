import { describe, expect, test } from '@jest/globals';
import type { Action } from '../../../src/core/action.ts';
import { type Api, ApiError, type ApiRequest } from '../../../src/kube/api.ts';
import { perform } from '../../../src/kube/controller/perform.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web', uid: 'uid' };
const PROFILE = {
  apiVersion: 'rootlock.dev/v1alpha1',
  kind: 'WritablePathProfile',
  metadata: { name: 'app', namespace: 'shop' },
};
const EVICT: Action = { kind: 'evict', pod: POD };
const APPLY: Action = { kind: 'apply', manager: 'rootlock-controller', object: PROFILE };
const DELETE: Action = { kind: 'delete', target: POD, resourceVersion: '7' };

async function act(action: Action, answer?: ApiError) {
  const asked: ApiRequest[] = [];
  const json = async (request: ApiRequest) => {
    asked.push(request);
    if (answer !== undefined) throw answer;
    return { kind: 'Answer' };
  };
  const api = { json } as Pick<Api, 'json'> as Api;
  const events = { tell: async () => 'told' as const };
  return { performed: await perform(action, { api, events }), request: asked[0] };
}

describe('perform', () => {
  test.each<[string, Action, object]>([
    [
      'applies by server-side apply, under its name, conflicts forced',
      APPLY,
      {
        method: 'PATCH',
        path: '/apis/rootlock.dev/v1alpha1/namespaces/shop/writablepathprofiles/app',
        query: { fieldManager: 'rootlock-controller', force: true },
      },
    ],
    [
      'evicts the very pod that was looked at',
      EVICT,
      {
        path: '/api/v1/namespaces/shop/pods/web/eviction',
        body: { kind: 'Eviction', deleteOptions: { preconditions: { uid: 'uid' } } },
      },
    ],
    [
      'deletes only what has not changed since',
      DELETE,
      { method: 'DELETE', body: { preconditions: { uid: 'uid', resourceVersion: '7' } } },
    ],
  ])('%s', async (_what, action, request) => {
    const done = await act(action);
    expect(done.request).toMatchObject(request);
    expect(done.performed).toEqual({ kind: 'done', object: { kind: 'Answer' } });
  });

  test.each<[string, Action, number, object]>([
    ['an object that is not there', DELETE, 404, { kind: 'gone' }],
    ['one that has changed', DELETE, 409, { kind: 'changed' }],
    ['a pod that another has taken the place of', EVICT, 409, { kind: 'gone' }],
    [
      'a budget that says not now',
      EVICT,
      429,
      { kind: 'refused', because: 'it said so', retryAfterMs: 10_000 },
    ],
  ])('takes %s for no failure', async (_what, action, status, performed) => {
    expect((await act(action, new ApiError('it said so', status, '', 10))).performed).toEqual(performed);
  });

  test.each([
    ['429', APPLY, 429],
    ['403', EVICT, 403],
    ['500', DELETE, 500],
  ] as const)('rejects with anything else, like %s', async (_what, action, status) => {
    await expect(act(action, new ApiError('failed', status, '', undefined))).rejects.toThrow('failed');
  });
});
