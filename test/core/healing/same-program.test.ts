import { describe, expect, test } from '@jest/globals';
import { programsOf, sameProgram } from '../../../src/core/healing/same-program.ts';
import { pathWith, profileWith } from '../catalog/any-profile.ts';

const builtin = (name: string, repository: string, ...paths: readonly string[]) =>
  profileWith({
    name,
    source: 'builtin',
    image: { repository, digests: [] },
    paths: paths.map((path) => pathWith(path)),
  });

const programs = programsOf([
  builtin('nginx', 'nginx', '/var/cache/nginx', '/run'),
  builtin('bitnami-nginx', 'bitnami/nginx', '/opt/bitnami/nginx/conf', '/opt/bitnami/nginx/tmp'),
  builtin('app', 'ghcr.io/team/app', '/var/lib/app'),
  builtin('any', 'quay.io/team/*', '/var/lib/any'),
  profileWith({
    name: 'exempt',
    source: 'builtin',
    image: { repository: 'exempt', digests: [] },
    action: 'Exempt',
    reason: 'x',
  }),
]);

describe('sameProgram', () => {
  test.each([
    {
      what: 'a mirrored image by what it writes',
      repository: 'r.example.com/mirror/nginx',
      named: ['/var/cache/nginx'],
      want: 'nginx',
    },
    {
      what: 'another builder of the same program',
      repository: 'r.example.com/x/nginx',
      named: ['/opt/bitnami/nginx/tmp/x'],
      want: 'bitnami-nginx',
    },
    {
      what: 'nothing where what it writes fits none',
      repository: 'r.example.com/x/nginx',
      named: ['/srv'],
      want: undefined,
    },
    {
      what: 'the official image where nothing is named',
      repository: 'r.example.com/x/nginx',
      named: [],
      want: 'nginx',
    },
    { what: 'the only one there is', repository: 'r.example.com/x/app', named: [], want: 'app' },
    { what: 'nothing by a wildcard', repository: 'r.example.com/x/any', named: [], want: undefined },
    { what: 'no exemption', repository: 'r.example.com/x/exempt', named: [], want: undefined },
  ])('knows $what', ({ repository, named, want }) => {
    const paths = named.map((path) => pathWith(path).path);
    expect(sameProgram(repository, paths, programs)?.name).toBe(want);
  });
});
