import { expect, test } from '@jest/globals';
import { approved } from '../../../src/core/healing/approval.ts';
import { type LearnedProfile, nothingLearned } from '../../../src/core/healing/learned-profile.ts';
import { MOST_PATHS } from '../../../src/core/learning/paths-to-add.ts';
import { pathWith } from '../catalog/any-profile.ts';

const CHOICES = { heal: 'propose', dataPaths: 'mount' } as const;

test('paths that wait are no more than a profile learns, however many come: the first ones stay', () => {
  const looks = ['a', 'b', 'c'].map((look) =>
    Array.from({ length: 20 }, (_, index) => pathWith(`/srv/${look}/${index}`)),
  );
  const fresh = nothingLearned('shop', 'registry.example.com/team/app');
  let after: LearnedProfile = { ...fresh, paths: [pathWith('/tmp')] };
  for (const paths of looks) {
    const wanted = { ...after, paths: [...after.paths, ...paths] };
    const { learned, proposals } = approved(after, wanted, { choices: CHOICES, effective: [] });
    after = { ...learned, status: { ...learned.status, proposals } };
  }
  expect(after.paths.map(({ path }) => path)).toEqual(['/tmp']);
  expect(after.status.proposals.map(({ path }) => path)).toEqual(
    looks
      .flat()
      .slice(0, MOST_PATHS)
      .map(({ path }) => path),
  );
});
