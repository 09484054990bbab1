import { describe, expect, test } from '@jest/globals';
import { approve } from '../../../src/core/healing/approve.ts';
import { promote } from '../../../src/core/healing/promote.ts';
import type { JsonObject } from '../../../src/core/json.ts';

const PROPOSALS = [
  { path: '/var/lib/shop', content: 'Copy', class: 'Data', because: 'named by a log line; it may hold data' },
  { path: '/opt/cache', content: 'Empty', class: 'Scratch', because: 'named by a log line; x' },
];

function profile(spec: JsonObject = {}, proposals: readonly JsonObject[] = PROPOSALS): JsonObject {
  return {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'WritablePathProfile',
    metadata: {
      name: 'shop',
      namespace: 'team',
      resourceVersion: '7',
      labels: { 'rootlock.dev/source': 'learned' },
    },
    spec: { image: { repository: 'ghcr.io/team/shop' }, ...spec },
    status: { proposals },
  };
}

const AS_GIVEN = { op: 'test', path: '/metadata/resourceVersion', value: '7' };
const DATA = {
  op: 'add',
  path: '/spec/paths/-',
  value: { path: '/var/lib/shop', content: 'Copy', class: 'Data', description: 'named by a log line' },
};

describe('approve', () => {
  test('makes paths of all proposals, in a profile that has none', () => {
    const approval = approve(profile(), []);
    expect(approval).toEqual({
      kind: 'approval',
      approved: PROPOSALS,
      operations: [
        AS_GIVEN,
        { op: 'add', path: '/spec/paths', value: [] },
        DATA,
        {
          op: 'add',
          path: '/spec/paths/-',
          value: {
            path: '/opt/cache',
            content: 'Empty',
            class: 'Scratch',
            description: 'named by a log line',
          },
        },
      ],
    });
  });

  test('makes a path of the one that is named', () => {
    const approval = approve(profile({ paths: [{ path: '/tmp' }] }), ['/var/lib/shop']);
    expect(approval).toEqual({ kind: 'approval', approved: [PROPOSALS[0]], operations: [AS_GIVEN, DATA] });
  });

  test('gives a path that is listed already its content', () => {
    const approval = approve(profile({ paths: [{ path: '/tmp' }, { path: '/var/lib/shop' }] }), [
      '/var/lib/shop',
    ]);
    expect(approval.kind === 'approval' && approval.operations).toEqual([
      AS_GIVEN,
      { op: 'add', path: '/spec/paths/1/content', value: 'Copy' },
    ]);
  });

  test('has nothing to do where nothing waits', () => {
    expect(approve(profile({}, []), [])).toEqual({ kind: 'nothing-waits' });
  });

  test('approves no path that was not proposed', () => {
    expect(approve(profile(), ['/srv', '/opt/cache'])).toEqual({
      kind: 'not-proposed',
      paths: ['/srv'],
      waiting: ['/var/lib/shop', '/opt/cache'],
    });
  });

  test('tells what is wrong with a profile that cannot be read', () => {
    expect(approve(profile({ action: 'Maybe' }), [])).toEqual({
      kind: 'malformed',
      because: 'spec.action must be Harden or Exempt',
    });
  });
});

describe('promote', () => {
  test("makes a person's cluster profile that says the same", () => {
    const spec = {
      paths: [{ path: '/var/lib/shop', class: 'Data' }],
      env: [{ name: 'HOME', value: '/tmp' }],
    };
    expect(promote(profile(spec), 'shop-everywhere')).toEqual({
      kind: 'profile',
      object: {
        apiVersion: 'rootlock.dev/v1alpha1',
        kind: 'ClusterWritablePathProfile',
        metadata: { name: 'shop-everywhere', annotations: { 'rootlock.dev/promoted-from': 'team/shop' } },
        spec: { image: { repository: 'ghcr.io/team/shop' }, ...spec },
      },
    });
  });

  test.each([
    {
      what: 'an exemption',
      given: profile({ action: 'Exempt', reason: 'x' }),
      because: 'in one namespace only',
    },
    { what: 'what cannot be read', given: profile({ action: 'Maybe' }), because: 'spec.action must be' },
    {
      what: 'a cluster profile',
      given: { ...profile(), kind: 'ClusterWritablePathProfile', metadata: { name: 'shop' } },
      because: 'already',
    },
  ])('refuses $what', ({ given, because }) => {
    expect(promote(given, 'shop')).toEqual({ kind: 'refused', because: expect.stringContaining(because) });
  });
});
