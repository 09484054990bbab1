import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROFILE_MESSAGES, type ProfileMessage } from '../../../src/core/catalog/profile-messages.ts';
import { readProfile } from '../../../src/core/catalog/read-profile.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('readProfile', () => {
  test('applies the defaults of the API', () => {
    expect(
      readProfile(clusterProfile({ image: { repository: 'nginx' }, paths: [{ path: '/run' }] })),
    ).toEqual({
      kind: 'profile',
      profile: {
        name: 'nginx',
        generation: 0,
        source: 'person',
        image: { repository: 'nginx', digests: [] },
        action: 'Harden',
        reason: '',
        strategy: 'Merge',
        paths: [{ path: '/run', medium: '', content: 'Empty', class: 'Scratch', description: '' }],
        env: [],
        facts: {},
      },
    });
  });

  test('reads every field', () => {
    const resource = {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'WritablePathProfile',
      metadata: {
        name: 'own',
        namespace: 'shop',
        generation: 7,
        uid: 'x',
        labels: { 'rootlock.dev/source': 'learned' },
      },
      spec: {
        image: { repository: 'quay.io/**', tags: '>=1.19 <2', digests: [DIGEST] },
        action: 'Harden',
        reason: 'seen in a log',
        expires: '2027-01-31T12:00:00Z',
        strategy: 'Replace',
        paths: [
          {
            path: '/data',
            medium: 'Memory',
            sizeLimit: '256Mi',
            content: 'Copy',
            class: 'Data',
            description: 'records',
          },
        ],
        env: [{ name: 'TMPDIR', value: '/tmp' }, { name: 'EMPTY' }],
        facts: { volumes: ['/data'], shell: false, separateVarRun: true },
      },
      status: { observedGeneration: 7 },
    };
    expect(readProfile(resource)).toEqual({
      kind: 'profile',
      profile: {
        name: 'own',
        namespace: 'shop',
        generation: 7,
        source: 'learned',
        image: { repository: 'quay.io/**', tags: '>=1.19 <2', digests: [DIGEST] },
        action: 'Harden',
        reason: 'seen in a log',
        expires: Date.UTC(2027, 0, 31, 12),
        strategy: 'Replace',
        paths: [
          {
            path: '/data',
            medium: 'Memory',
            sizeLimit: '256Mi',
            content: 'Copy',
            class: 'Data',
            description: 'records',
          },
        ],
        env: [
          { name: 'TMPDIR', value: '/tmp' },
          { name: 'EMPTY', value: '' },
        ],
        facts: { volumes: ['/data'], shell: false, separateVarRun: true },
      },
    });
  });

  test.each([
    { labels: { 'rootlock.dev/source': 'builtin' }, source: 'builtin' },
    { labels: { 'rootlock.dev/source': 'learned' }, source: 'learned' },
    { labels: { 'rootlock.dev/source': 'Builtin' }, source: 'person' },
    { labels: { 'rootlock.dev/source': 1 }, source: 'person' },
    { labels: {}, source: 'person' },
    { labels: null, source: 'person' },
    { labels: undefined, source: 'person' },
  ])('takes the source $source from the labels $labels', ({ labels, source }) => {
    const resource = {
      ...clusterProfile({ image: { repository: 'nginx' } }),
      metadata: { name: 'nginx', labels },
    };
    expect(readProfile(resource)).toMatchObject({ profile: { source } });
  });

  test.each([
    {
      what: 'null for optional fields',
      spec: {
        image: { repository: 'nginx', tags: null },
        expires: null,
        paths: null,
        env: null,
        facts: null,
        action: null,
      },
    },
    { what: 'no path at all: the image writes nowhere', spec: { paths: [] } },
    {
      what: 'an exemption with a reason',
      spec: { action: 'Exempt', reason: 'it rewrites its own program', paths: [] },
    },
    { what: 'a path and its child', spec: { paths: [{ path: '/a' }, { path: '/a/b' }] } },
    {
      what: 'both spellings of /run where they are two directories',
      spec: { paths: [{ path: '/run' }, { path: '/var/run' }], facts: { separateVarRun: true } },
    },
    { what: '64 paths', spec: { paths: numbered(64) } },
    ...['1', '1.5Gi', '.5G', '100M', '1e3', '2E', '500m', '10k'].map((sizeLimit) => ({
      what: `the quantity ${sizeLimit}`,
      spec: { paths: [{ path: '/a', sizeLimit }] },
    })),
  ])('takes $what', ({ spec }) => {
    expect(readProfile(clusterProfile({ image: { repository: 'nginx' }, ...spec }))).toMatchObject({
      kind: 'profile',
    });
  });

  test.each<{ spec: object; field: string; message: ProfileMessage }>([
    { spec: { image: undefined }, field: 'spec.image.repository', message: 'required' },
    { spec: { image: { repository: '' } }, field: 'spec.image.repository', message: 'required' },
    { spec: { image: { repository: 7 } }, field: 'spec.image.repository', message: 'text' },
    { spec: { image: { repository: 'Nginx' } }, field: 'spec.image.repository', message: 'repository' },
    { spec: { image: { repository: 'nginx:1' } }, field: 'spec.image.repository', message: 'repository-tag' },
    { spec: { image: { repository: 'nginx', tag: '1' } }, field: 'spec.image.tag', message: 'unknown-field' },
    { spec: { image: { repository: 'nginx', tags: 1.25 } }, field: 'spec.image.tags', message: 'text' },
    { spec: { image: { repository: 'nginx', tags: '' } }, field: 'spec.image.tags', message: 'tags' },
    { spec: { image: { repository: 'nginx', tags: '>=1, <2' } }, field: 'spec.image.tags', message: 'tags' },
    {
      spec: { image: { repository: 'nginx', digests: DIGEST } },
      field: 'spec.image.digests',
      message: 'list',
    },
    {
      spec: { image: { repository: 'nginx', digests: ['sha256:00'] } },
      field: 'spec.image.digests[0]',
      message: 'digest',
    },
    {
      spec: { image: { repository: 'nginx', digests: [`sha512:${'0'.repeat(128)}`] } },
      field: 'spec.image.digests[0]',
      message: 'digest',
    },
    {
      spec: { image: { repository: 'nginx', digests: [null] } },
      field: 'spec.image.digests[0]',
      message: 'required',
    },
    {
      spec: { image: { repository: 'nginx', digests: [DIGEST, DIGEST] } },
      field: 'spec.image.digests[1]',
      message: 'digest-twice',
    },
    { spec: { action: 'harden' }, field: 'spec.action', message: 'action' },
    { spec: { action: 'Exempt' }, field: 'spec.reason', message: 'reason-required' },
    { spec: { action: 'Exempt', reason: ' ' }, field: 'spec.reason', message: 'reason-required' },
    {
      spec: { action: 'Exempt', reason: 'x', paths: [{ path: '/a' }] },
      field: 'spec.paths',
      message: 'paths-of-exempt',
    },
    { spec: { reason: 'x'.repeat(1025) }, field: 'spec.reason', message: 'too-long' },
    { spec: { expires: 'tomorrow' }, field: 'spec.expires', message: 'expires' },
    { spec: { expires: 1767225600 }, field: 'spec.expires', message: 'text' },
    { spec: { strategy: 'Append' }, field: 'spec.strategy', message: 'strategy' },
    { spec: { path: '/a' }, field: 'spec.path', message: 'unknown-field' },
    { spec: { paths: '/a' }, field: 'spec.paths', message: 'list' },
    { spec: { paths: numbered(65) }, field: 'spec.paths', message: 'too-many' },
    { spec: { paths: [{}] }, field: 'spec.paths[0].path', message: 'required' },
    { spec: { paths: [{ path: 'a' }] }, field: 'spec.paths[0].path', message: 'path-relative' },
    {
      spec: { paths: [{ path: '/a' }, { path: '/a/' }] },
      field: 'spec.paths[1].path',
      message: 'path-unclean',
    },
    { spec: { paths: [{ path: '/a' }, { path: '/a' }] }, field: 'spec.paths[1].path', message: 'path-twice' },
    {
      spec: { paths: [{ path: '/run' }, { path: '/var/run' }] },
      field: 'spec.paths[1].path',
      message: 'path-twice',
    },
    {
      spec: { paths: [{ path: '/var/lock' }, { path: '/run/lock' }] },
      field: 'spec.paths[1].path',
      message: 'path-twice',
    },
    { spec: { paths: [{ path: '/usr/bin' }] }, field: 'spec.paths[0].path', message: 'blocked-programs' },
    {
      spec: { paths: [{ path: '/dev/shm' }] },
      field: 'spec.paths[0].path',
      message: 'blocked-shared-memory',
    },
    { spec: { paths: [{ path: '/a', mode: 7 }] }, field: 'spec.paths[0].mode', message: 'unknown-field' },
    { spec: { paths: [{ path: '/a', medium: 'memory' }] }, field: 'spec.paths[0].medium', message: 'medium' },
    {
      spec: { paths: [{ path: '/a', content: 'copy' }] },
      field: 'spec.paths[0].content',
      message: 'content',
    },
    { spec: { paths: [{ path: '/a', class: 'data' }] }, field: 'spec.paths[0].class', message: 'class' },
    { spec: { paths: [{ path: '/a', sizeLimit: 5 }] }, field: 'spec.paths[0].sizeLimit', message: 'text' },
    ...['', '0', '0Mi', '-1Mi', '1MB', '1 Mi', 'Mi', '1.2.3', '1e3Mi', '0e5'].map((sizeLimit) => ({
      spec: { paths: [{ path: '/a', sizeLimit }] },
      field: 'spec.paths[0].sizeLimit',
      message: 'size-limit' as const,
    })),
    { spec: { env: [{ value: 'x' }] }, field: 'spec.env[0].name', message: 'required' },
    { spec: { env: [{ name: '1A' }] }, field: 'spec.env[0].name', message: 'env-name' },
    { spec: { env: [{ name: 'A-B' }] }, field: 'spec.env[0].name', message: 'env-name' },
    { spec: { env: [{ name: 'A' }, { name: 'A' }] }, field: 'spec.env[1].name', message: 'env-twice' },
    { spec: { env: [{ name: 'A', value: 1 }] }, field: 'spec.env[0].value', message: 'text' },
    {
      spec: { env: [{ name: 'A', valueFrom: {} }] },
      field: 'spec.env[0].valueFrom',
      message: 'unknown-field',
    },
    { spec: { facts: { shell: 'no' } }, field: 'spec.facts.shell', message: 'flag' },
    { spec: { facts: { volumes: ['data'] } }, field: 'spec.facts.volumes[0]', message: 'path-relative' },
    { spec: { facts: { user: 0 } }, field: 'spec.facts.user', message: 'unknown-field' },
  ])('says of $spec that $field is wrong ($message)', ({ spec, field, message }) => {
    expect(readProfile(clusterProfile({ image: { repository: 'nginx' }, ...spec }))).toEqual({
      kind: 'malformed',
      name: 'nginx',
      problems: [{ field, message: PROFILE_MESSAGES[message] }],
    });
  });

  test.each<{ change: object; name?: string; field: string; message: ProfileMessage }>([
    { change: { apiVersion: 'rootlock.dev/v1' }, field: 'apiVersion', message: 'api-version' },
    { change: { kind: 'Pod' }, field: 'kind', message: 'kind' },
    { change: { metadata: {} }, name: '', field: 'metadata.name', message: 'required' },
    { change: { metadata: [] }, name: '', field: 'metadata', message: 'object' },
    {
      change: { metadata: { name: 'nginx', namespace: 'a' } },
      field: 'metadata.namespace',
      message: 'namespace-not-allowed',
    },
    { change: { kind: 'WritablePathProfile' }, field: 'metadata.namespace', message: 'namespace-required' },
    { change: { paths: [] }, field: 'paths', message: 'unknown-field' },
    { change: { spec: { image: 'nginx' } }, field: 'spec.image', message: 'object' },
    { change: { spec: 'nginx' }, field: 'spec', message: 'object' },
    { change: { spec: null }, field: 'spec', message: 'required' },
  ])('says of $change that $field is wrong ($message)', ({ change, name = 'nginx', field, message }) => {
    const read = readProfile({ ...clusterProfile({ image: { repository: 'nginx' } }), ...change });
    expect(read).toMatchObject({ kind: 'malformed', name });
    expect(read).toHaveProperty(
      'problems',
      expect.arrayContaining([{ field, message: PROFILE_MESSAGES[message] }]),
    );
  });

  test('tells all problems at once', () => {
    const read = readProfile(
      clusterProfile({
        image: { repository: 'nginx:1' },
        action: 'No',
        paths: [{ path: 'a' }, { path: '/' }],
      }),
    );
    expect(read.kind === 'malformed' && read.problems.map(({ field }) => field).toSorted()).toEqual([
      'spec.action',
      'spec.image.repository',
      'spec.paths[0].path',
      'spec.paths[1].path',
    ]);
  });

  test.each([{ resource: null }, { resource: [] }, { resource: 'nginx' }, { resource: undefined }])(
    'refuses $resource, which is no resource',
    ({ resource }) => {
      expect(readProfile(resource)).toEqual({
        kind: 'malformed',
        name: '',
        problems: [{ field: '', message: PROFILE_MESSAGES.object }],
      });
    },
  );

  test('takes any JSON without failing, and changes none of it', () => {
    const spec = fc.record(
      {
        image: fc.oneof(
          fc.jsonValue(),
          fc.record({ repository: fc.jsonValue(), tags: fc.jsonValue(), digests: fc.jsonValue() }),
        ),
        paths: fc.oneof(
          fc.jsonValue(),
          fc.array(fc.record({ path: fc.jsonValue(), sizeLimit: fc.jsonValue() })),
        ),
        env: fc.oneof(fc.jsonValue(), fc.array(fc.record({ name: fc.jsonValue(), value: fc.jsonValue() }))),
        facts: fc.jsonValue(),
        expires: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), spec.map(clusterProfile)), (resource) => {
        const before = JSON.stringify(resource);
        const read = readProfile(resource);
        expect(['profile', 'malformed']).toContain(read.kind);
        expect(JSON.stringify(resource)).toBe(before);
      }),
    );
  });
});

describe('PROFILE_MESSAGES', () => {
  test('has no message twice, so that each tells what is wrong', () => {
    const { kind: _kind, ...messages } = PROFILE_MESSAGES;
    const twice = Object.values(messages).filter((message, index, all) => all.indexOf(message) !== index);
    expect([...new Set(twice)]).toEqual(['is listed twice; remove one']);
  });
});

function clusterProfile(spec: object): object {
  return {
    apiVersion: 'rootlock.dev/v1alpha1',
    kind: 'ClusterWritablePathProfile',
    metadata: { name: 'nginx' },
    spec,
  };
}

function numbered(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({ path: `/p${index}` }));
}
