import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { observeProfile } from '../../../src/core/observed/observed-profile.ts';
import type { ContainerUsage, PodUsage } from '../../../src/core/usage/pod-usage.ts';
import { conflictsOf, rivalryOf } from '../../../src/core/usage/profile-conflicts.ts';
import { isSaid, statusJson, statusOf } from '../../../src/core/usage/profile-status.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const EARLIER = '2026-11-22T09:00:00Z';

function profile(name: string, spec: JsonObject, status: JsonObject = {}, labels: JsonObject = {}) {
  return observeProfile({
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name, labels, generation: 3, creationTimestamp: EARLIER },
    spec: { image: { repository: 'app' }, ...spec },
    status,
  });
}

function usage(name: string, more: Partial<ContainerUsage>, created = Date.parse(EARLIER)): PodUsage {
  const container: ContainerUsage = {
    container: 'main',
    image: 'app:1',
    profiles: ['app'],
    hardened: true,
    because: '',
    missing: [],
    failing: false,
    ...more,
  };
  return {
    key: `shop/${name}`,
    uid: name,
    namespace: 'shop',
    ownerKey: '',
    created,
    containers: [container],
  };
}

function status(given: Partial<Parameters<typeof statusOf>[0]>) {
  const input = { profile: profile('app', {}), usages: [], conflicts: [], allowed: true, now: NOW, ...given };
  return statusOf(input);
}

function condition(given: Partial<Parameters<typeof statusOf>[0]>, type: string) {
  return status(given).conditions.find((each) => each.type === type);
}

describe('the status of a profile', () => {
  test('counts pods, hardened ones, and those of them that fail', () => {
    const usages = [
      usage('a', {}),
      usage('b', { failing: true }),
      usage('c', { hardened: false, failing: true }),
    ];
    expect(status({ usages }).matched).toEqual({ pods: 3, hardened: 2, failing: 1 });
  });

  test('is the same for the same pods: then nothing is written', () => {
    const usages = [usage('a', {})];
    const first = status({ usages });
    const written = profile('app', {}, { ...statusJson(first), evidence: [{ path: '/x' }] });
    const again = statusOf({ profile: written, usages, conflicts: [], allowed: true, now: NOW + 3_600_000 });
    expect(isSaid(again, written.status)).toBe(true);
    const more = statusOf({
      profile: written,
      usages: [...usages, usage('b', {})],
      conflicts: [],
      allowed: true,
      now: NOW,
    });
    expect(isSaid(more, written.status)).toBe(false);
  });

  test('knows the last use: of its youngest pod, then the moment when the last one was gone, and that stays', () => {
    expect(status({ usages: [usage('a', {}, 5), usage('b', {}, 9)] }).lastUsed).toBe(9);
    expect(status({ profile: profile('app', {}, { matched: { pods: 1 } }) }).lastUsed).toBe(NOW);
    const gone = profile('app', {}, { matched: { pods: 0 }, lastUsed: EARLIER });
    expect(status({ profile: gone }).lastUsed).toBe(Date.parse(EARLIER));
    expect(status({}).lastUsed).toBeUndefined();
  });

  test('gives a condition the time of its last change', () => {
    const before = {
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: EARLIER, reason: '', message: '' }],
    };
    expect(condition({ profile: profile('app', {}, before) }, 'Ready')?.lastTransitionTime).toBe(EARLIER);
    const expired = profile('app', { expires: EARLIER }, before);
    expect(condition({ profile: expired }, 'Ready')?.lastTransitionTime).toBe('2026-11-23T09:00:00Z');
  });

  const EXEMPT = { action: 'Exempt', reason: 'it failed' };
  test.each<[string, Partial<Parameters<typeof statusOf>[0]>, string, object | undefined]>([
    ['counts', {}, 'Ready', { status: 'True', reason: 'Counts', observedGeneration: 3 }],
    [
      'is malformed',
      { profile: profile('app', { paths: 'x' }) },
      'Ready',
      { status: 'False', reason: 'Malformed' },
    ],
    [
      'has expired',
      { profile: profile('app', { expires: EARLIER }) },
      'Ready',
      { status: 'False', reason: 'Expired' },
    ],
    ['is not allowed', { allowed: false }, 'Ready', { status: 'False', reason: 'NotAllowed' }],
    [
      'proposes a path',
      { profile: profile('app', {}, { proposals: [{ path: '/data' }] }) },
      'NeedsApproval',
      { status: 'True', message: '/data waits for a person: kubectl rootlock approve app' },
    ],
    [
      'is how the controller stepped back',
      {
        profile: profile(
          'app',
          { ...EXEMPT, expires: '2026-11-24T09:00:00Z' },
          {},
          { 'rootlock.dev/source': 'learned' },
        ),
      },
      'Unhardenable',
      { status: 'True', message: 'it failed It is tried again after 2026-11-24T09:00:00Z.' },
    ],
    ['is a person’s exemption', { profile: profile('app', EXEMPT) }, 'Unhardenable', undefined],
    [
      'is for pods that admission missed',
      {
        usages: [
          usage('a', { reason: 'before-opt-in' }),
          usage('b', { reason: 'missed-admission' }),
          usage('c', {}),
        ],
      },
      'RolledOut',
      {
        status: 'False',
        reason: 'PodsMissed',
        message: expect.stringContaining('1 before-opt-in, 1 missed-admission of 3 pods'),
      },
    ],
    ['is for pods as they should be', { usages: [usage('a', { reason: 'audit' })] }, 'RolledOut', undefined],
  ])('says of one that %s', (_what, given, type, want) => {
    const found = condition(given, type);
    if (want === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(want);
  });
});

describe('two profiles for the same images', () => {
  const read = (name: string, spec: JsonObject) => {
    const observed = profile(name, spec);
    if (observed.read.kind === 'malformed') throw new Error(JSON.stringify(observed.read.problems));
    return observed.read.profile;
  };
  const path = (more: JsonObject = {}) => ({ paths: [{ path: '/data', ...more }] });
  test.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['agree', path(), path(), undefined],
    ['add to each other', path(), { paths: [{ path: '/more' }] }, undefined],
    ['differ in what is done', path(), { action: 'Exempt', reason: 'x' }, 'action Exempt or Harden'],
    ['leave no room for another', path(), { ...path(), strategy: 'Replace' }, 'strategy Replace'],
    ['differ about a path', path(), path({ class: 'Data' }), 'the attributes of /data'],
    [
      'differ about a variable',
      { env: [{ name: 'HOME', value: '/a' }] },
      { env: [{ name: 'HOME', value: '/b' }] },
      'the value of HOME',
    ],
  ])('%s', (_how, one, other, about) => {
    const conflicts = conflictsOf(read('b', other), [read('a', one), read('b', other)]);
    expect(conflicts.map((each) => [each.with.name, each.about])).toEqual(
      about === undefined ? [] : [['a', about]],
    );
    const said = status({ profile: profile('b', other), conflicts }).conditions.map(({ type }) => type);
    expect(said.includes('Conflicting')).toBe(about !== undefined);
  });

  test('are rivals where repository, tags, namespace and source are the same, however they are written', () => {
    const rivalry = (image: JsonObject) => rivalryOf(read('a', { image }));
    expect(rivalry({ repository: 'nginx' })).toBe(rivalry({ repository: 'docker.io/library/nginx' }));
    expect(rivalry({ repository: 'nginx' })).not.toBe(rivalry({ repository: 'nginx', tags: '>=1' }));
    expect(rivalry({ repository: 'nginx' })).not.toBe(rivalry({ repository: 'redis' }));
  });
});
