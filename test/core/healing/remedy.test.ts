import { describe, expect, test } from '@jest/globals';
import type { ProfilePath } from '../../../src/core/catalog/profile.ts';
import { type LearnedProfile, nothingLearned } from '../../../src/core/healing/learned-profile.ts';
import { type Remedy, treated } from '../../../src/core/healing/remedy.ts';
import { pathWith } from '../catalog/any-profile.ts';

const UNKNOWN = { kind: 'unknown' } as const;
const NOTHING = nothingLearned('shop', 'registry.example.com/team/app');

function mount(path: string, content: ProfilePath['content']): Remedy {
  return { kind: 'mount', mount: pathWith(path, { content }) };
}

function uncopyable(path: string): Remedy {
  return { kind: 'uncopyable', path: pathWith(path).path };
}

/** `*`: with the image's content. */
function words({ paths }: LearnedProfile): string {
  return paths.map(({ path, content }) => `${path}${content === 'Copy' ? '*' : ''}`).join(' ');
}

describe('treated', () => {
  test.each<{ what: string; learned?: Partial<LearnedProfile>; remedies: readonly Remedy[]; want: string }>([
    {
      what: 'keeps the generic scratch set of an image that becomes known',
      remedies: [mount('/var/cache/app', 'Empty')],
      want: '/run /tmp /var/cache/app /var/tmp',
    },
    {
      what: 'copies the content of /run where it copies anyway',
      remedies: [mount('/srv', 'Copy')],
      want: '/run* /srv* /tmp /var/tmp',
    },
    {
      what: 'copies nothing where the image cannot',
      learned: { shell: false },
      remedies: [mount('/srv', 'Copy'), mount('/var/log/app', 'Copy')],
      want: '/run /srv* /tmp /var/log/app /var/tmp',
    },
    {
      what: 'mounts nothing where the copying failed, and temporary directories empty again',
      learned: { paths: [pathWith('/run', { content: 'Copy' }), pathWith('/srv', { content: 'Copy' })] },
      remedies: [uncopyable('/run'), uncopyable('/srv'), mount('/opt/x', 'Copy')],
      want: '/opt/x* /run /tmp /var/tmp',
    },
    {
      what: 'mounts a parent in place of its children',
      learned: { paths: [pathWith('/srv/a'), pathWith('/srv/b')] },
      remedies: [mount('/srv', 'Copy')],
      want: '/run* /srv* /tmp /var/tmp',
    },
  ])('$what', ({ learned, remedies, want }) => {
    expect(words(treated({ ...NOTHING, ...learned }, remedies, UNKNOWN))).toBe(want);
  });
});
