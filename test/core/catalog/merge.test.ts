import { describe, expect, test } from '@jest/globals';
import { mergeProfiles } from '../../../src/core/catalog/merge.ts';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { pathWith, profileWith } from './any-profile.ts';

const A = profileWith({ name: 'a', paths: [pathWith('/a')] });
const B = profileWith({ name: 'b', paths: [pathWith('/b')] });
const REPLACE = profileWith({ name: 'replace', strategy: 'Replace', paths: [pathWith('/replace')] });
const EXEMPT = profileWith({ name: 'exempt', action: 'Exempt', reason: 'it cannot' });
const EXEMPT_REPLACE = profileWith({
  name: 'exempt-replace',
  action: 'Exempt',
  reason: 'no',
  strategy: 'Replace',
});

describe('mergeProfiles', () => {
  test('knows nothing of an image without profiles', () => {
    expect(mergeProfiles([])).toEqual({ kind: 'unknown' });
  });

  test.each([{ chain: [EXEMPT] }, { chain: [EXEMPT, A] }, { chain: [EXEMPT, REPLACE] }])(
    'exempts an image whose most specific profile says so',
    ({ chain }) => {
      expect(mergeProfiles(chain)).toEqual({ kind: 'exempt', profile: EXEMPT });
    },
  );

  test.each([
    { chain: [A], counting: [A] },
    { chain: [A, B], counting: [A, B] },
    { chain: [A, EXEMPT, B], counting: [A, B] },
    { chain: [A, EXEMPT_REPLACE, B], counting: [A, B] },
    { chain: [REPLACE, A], counting: [REPLACE] },
    { chain: [A, REPLACE, B], counting: [A, REPLACE] },
    { chain: [A, EXEMPT, REPLACE, B], counting: [A, REPLACE] },
  ])('lets $counting.length profiles of $chain.length count', ({ chain, counting }) => {
    expect(mergeProfiles(chain)).toMatchObject({
      kind: 'harden',
      profiles: counting,
      paths: counting.map((from) => ({ path: from.paths[0]?.path, from })),
    });
  });

  test('gives a path the attributes and the spelling of the most specific profile', () => {
    const own = profileWith({ name: 'own', paths: [pathWith('/var/run', { medium: 'Memory' })] });
    const other = profileWith({
      name: 'other',
      paths: [pathWith('/run', { content: 'Copy' }), pathWith('/tmp')],
    });
    expect(hardened([own, other]).paths).toEqual([
      { ...pathWith('/var/run', { medium: 'Memory' }), from: own },
      { ...pathWith('/tmp'), from: other },
    ]);
  });

  test('keeps /run and /var/run apart where a profile says that they are two directories', () => {
    const own = profileWith({ paths: [pathWith('/var/run')] });
    const other = profileWith({ paths: [pathWith('/run')], facts: { separateVarRun: true } });
    expect(hardened([own, other]).paths.map(({ path }) => path)).toEqual(['/var/run', '/run']);
  });

  test('takes each variable from the most specific profile', () => {
    const own = profileWith({ env: [{ name: 'HOME', value: '/tmp' }] });
    const other = profileWith({
      env: [
        { name: 'TMPDIR', value: '/tmp' },
        { name: 'HOME', value: '/home' },
      ],
    });
    expect(hardened([own, other]).env).toEqual([
      { name: 'HOME', value: '/tmp' },
      { name: 'TMPDIR', value: '/tmp' },
    ]);
  });

  const { path: data } = pathWith('/data');
  const { path: logs } = pathWith('/logs');
  test.each<{ facts: readonly Profile['facts'][]; merged: object }>([
    { facts: [{}], merged: { volumes: [], shell: true, separateVarRun: false } },
    { facts: [{}, { shell: false }], merged: { volumes: [], shell: false, separateVarRun: false } },
    {
      facts: [{ shell: true }, { shell: false }],
      merged: { volumes: [], shell: true, separateVarRun: false },
    },
    {
      facts: [{ separateVarRun: false }, { separateVarRun: true }],
      merged: { volumes: [], shell: true, separateVarRun: false },
    },
    {
      facts: [{ volumes: [data] }, { volumes: [logs, data], separateVarRun: true }],
      merged: { volumes: [data, logs], shell: true, separateVarRun: true },
    },
  ])('makes $merged of the facts $facts', ({ facts, merged }) => {
    expect(hardened(facts.map((stated) => profileWith({ facts: stated }))).facts).toEqual(merged);
  });

  test('takes no fact from a profile that does not count', () => {
    const silent = profileWith({ action: 'Exempt', reason: 'x', facts: { shell: false } });
    const after = profileWith({ facts: { separateVarRun: true } });
    expect(hardened([A, silent, REPLACE, after]).facts).toEqual({
      volumes: [],
      shell: true,
      separateVarRun: false,
    });
  });
});

function hardened(chain: readonly Profile[]): Extract<ReturnType<typeof mergeProfiles>, { kind: 'harden' }> {
  const match = mergeProfiles(chain);
  if (match.kind !== 'harden') throw new Error(`expected a match that hardens, found ${match.kind}`);
  return match;
}
