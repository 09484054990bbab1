import { describe, expect, test } from '@jest/globals';
import { KNOWN_MIRRORS } from '../../../src/core/image/known-mirrors.ts';
import { compileMirrors, parseMirror } from '../../../src/core/image/mirrors.ts';
import { parseImage } from '../../../src/core/image/reference.ts';
import { REPUBLISHED_IMAGES } from '../../../src/core/image/republished.ts';

describe('compileMirrors', () => {
  const known = compileMirrors([]);

  test.each([
    { repository: 'mirror.gcr.io/library/redis', mirrors: 'docker.io/library/redis' },
    { repository: 'mirror.gcr.io/grafana/loki', mirrors: 'docker.io/grafana/loki' },
    { repository: 'public.ecr.aws/docker/library/mysql', mirrors: 'docker.io/library/mysql' },
    { repository: 'registry-1.docker.io/library/nginx', mirrors: 'docker.io/library/nginx' },
    {
      repository: 'k8s.gcr.io/metrics-server/metrics-server',
      mirrors: 'registry.k8s.io/metrics-server/metrics-server',
    },
    { repository: 'gcr.io/google-containers/pause', mirrors: 'registry.k8s.io/pause' },
    { repository: 'ecr-public.aws.com/docker/library/redis', mirrors: 'docker.io/library/redis' },
    {
      repository: 'us-central1-docker.pkg.dev/k8s-staging-images/kueue/kueue',
      mirrors: 'registry.k8s.io/kueue/kueue',
    },
    { repository: 'ghcr.io/linuxserver/sonarr', mirrors: 'lscr.io/linuxserver/sonarr' },
    { repository: 'docker.io/bitnamilegacy/redis', mirrors: 'docker.io/bitnami/redis' },
    { repository: 'docker.io/bitnamisecure/redis', mirrors: 'docker.io/bitnami/redis' },
    { repository: 'docker.io/arm64v8/nginx', mirrors: 'docker.io/library/nginx' },
    { repository: 'ghcr.io/valkey-io/valkey', mirrors: 'docker.io/valkey/valkey' },
    { repository: 'docker.io/rancher/mirrored-library-traefik', mirrors: 'docker.io/library/traefik' },
    { repository: 'docker.m.daocloud.io/nginx', mirrors: 'docker.io/library/nginx' },
    { repository: 'm.daocloud.io/quay.io/minio/minio', mirrors: 'quay.io/minio/minio' },
  ])('knows that $repository is $mirrors', ({ repository, mirrors }) => {
    expect(known(repository)).toEqual([mirrors]);
  });

  test.each([
    { repository: 'docker.io/library/nginx' },
    { repository: 'public.ecr.aws/docker/other' },
    { repository: 'public.ecr.aws/docker/library-of-mine/a' },
    { repository: 'mirror.gcr.io.example.com/nginx' },
    { repository: 'gcr.io/google-containers-mine/a' },
    { repository: 'registry.k8s.io/pause' },
  ])('knows no other name of $repository', ({ repository }) => {
    expect(known(repository)).toEqual([]);
  });

  test('takes the longest prefix, and maps only once', () => {
    const mirrored = compileMirrors([
      { prefix: 'example.com', target: 'docker.io' },
      { prefix: 'example.com/hub', target: 'mirror.gcr.io' },
      { prefix: 'a.example', target: 'b.example' },
      { prefix: 'b.example', target: 'a.example' },
    ]);
    expect(mirrored('example.com/nginx')).toEqual(['docker.io/library/nginx']);
    expect(mirrored('example.com/hub/library/nginx')).toEqual(['mirror.gcr.io/library/nginx']);
    expect(mirrored('example.com/hubble/x')).toEqual(['docker.io/hubble/x']);
    expect(mirrored('a.example/x')).toEqual(['b.example/x']);
    expect(mirrored('b.example/x')).toEqual(['a.example/x']);
  });

  test('knows a mirrored image by both names where its publisher has two', () => {
    expect(known('mirror.gcr.io/linuxserver/sonarr')).toEqual([
      'docker.io/linuxserver/sonarr',
      'lscr.io/linuxserver/sonarr',
    ]);
  });

  test('lets the installation say that an image is not what its publisher has elsewhere', () => {
    const mirrored = compileMirrors([
      { prefix: 'docker.io/bitnamisecure', target: 'docker.io/bitnamisecure' },
    ]);
    expect(mirrored('docker.io/bitnamisecure/redis')).toEqual([]);
    expect(mirrored('docker.io/bitnamilegacy/redis')).toEqual(['docker.io/bitnami/redis']);
  });

  test('lets the installation overrule and switch off what is known', () => {
    const mirrored = compileMirrors([
      { prefix: 'k8s.gcr.io', target: 'registry.example.com/k8s' },
      { prefix: 'mirror.gcr.io', target: 'mirror.gcr.io' },
    ]);
    expect(mirrored('k8s.gcr.io/pause')).toEqual(['registry.example.com/k8s/pause']);
    expect(mirrored('mirror.gcr.io/library/nginx')).toEqual([]);
  });
});

describe.each([
  ['KNOWN_MIRRORS', KNOWN_MIRRORS],
  ['REPUBLISHED_IMAGES', REPUBLISHED_IMAGES],
])('%s', (_name, mirrors) => {
  test.each(mirrors)('has $prefix as a mirror that would be accepted as a setting', (mirror) => {
    expect(parseMirror(`${mirror.prefix}=${mirror.target}`)).toEqual({ kind: 'mirror', mirror });
  });

  test('has each prefix once, and maps none to another of its own', () => {
    const prefixes = mirrors.map(({ prefix }) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(mirrors.filter(({ target }) => prefixes.includes(target))).toEqual([]);
  });

  test.each(mirrors)('maps images below $prefix to well-formed ones', ({ prefix }) => {
    for (const mapped of compileMirrors([])(`${prefix}/some/image`)) {
      expect(parseImage(mapped)).toMatchObject({ kind: 'image', image: { repository: mapped } });
    }
  });
});

describe('parseMirror', () => {
  test.each([
    { text: 'registry.example.com/hub=docker.io', prefix: 'registry.example.com/hub', target: 'docker.io' },
    { text: 'localhost:5000=ghcr.io/owner', prefix: 'localhost:5000', target: 'ghcr.io/owner' },
    { text: 'Registry.Example.com=index.docker.io', prefix: 'registry.example.com', target: 'docker.io' },
    { text: '[::1]:5000/a=quay.io', prefix: '[::1]:5000/a', target: 'quay.io' },
  ])('reads $text', ({ text, prefix, target }) => {
    expect(parseMirror(text)).toEqual({ kind: 'mirror', mirror: { prefix, target } });
  });

  test.each([
    { text: '', problem: 'write PREFIX=TARGET' },
    { text: 'registry.example.com', problem: 'write PREFIX=TARGET' },
    { text: 'a.example=b.example=c.example', problem: 'write PREFIX=TARGET' },
    { text: 'https://a.example=docker.io', problem: 'leave out the scheme' },
    { text: 'hub=docker.io', problem: '"hub" has to start with' },
    { text: '=docker.io', problem: '"" has to start with' },
    { text: 'a.example=library', problem: '"library" has to start with' },
    { text: 'a_:5000=docker.io', problem: '"a_:5000" has to start with' },
    { text: 'a.example/=docker.io', problem: "without a '/' at its end" },
    { text: 'a.example/Hub=docker.io', problem: 'whole parts of a repository' },
    { text: 'a.example=docker.io/*', problem: 'whole parts of a repository' },
  ])('says what is wrong with $text', ({ text, problem }) => {
    expect(parseMirror(text)).toEqual({ kind: 'malformed', problem: expect.stringContaining(problem) });
  });
});
