import { describe, expect, test } from '@jest/globals';
import {
  learnedName,
  learnedObject,
  nothingLearned,
  readLearned,
} from '../../../src/core/healing/learned-profile.ts';
import { exemptionFor, exemptionObject, readExemption } from '../../../src/core/healing/step-back.ts';
import { parseImage } from '../../../src/core/image/reference.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { pathWith } from '../catalog/any-profile.ts';

const REPOSITORY = 'ghcr.io/team/shop';

test.each([
  ['docker.io/library/nginx', 'nginx'],
  ['docker.io/bitnami/redis', 'bitnami-redis'],
  ['registry.example.com:5000/mirror/nginx', 'registry-example-com-5000-mirror-nginx'],
])('learnedName calls the profile of %s %s', (repository, name) => {
  expect(learnedName(repository)).toBe(name);
});

test('learnedName is a label, however long the repository is', () => {
  const name = learnedName(`registry.example.com/${'deep/'.repeat(30)}app`);
  expect(name.length).toBeLessThanOrEqual(63);
  expect(name).not.toBe(learnedName(`registry.example.com/${'deep/'.repeat(29)}app`));
});

/** The object as the API server has it after an apply. */
function stored(object: JsonObject, own: readonly string[]): JsonObject {
  const keys = Object.fromEntries(own.map((path) => [`k:${JSON.stringify({ path })}`, { '.': {} }]));
  return {
    ...object,
    metadata: {
      ...(object.metadata as JsonObject),
      uid: 'u',
      generation: 3,
      resourceVersion: '8',
      managedFields: [
        {
          manager: 'rootlock-learner',
          operation: 'Apply',
          subresource: 'status',
          fieldsV1: { 'f:status': {} },
        },
        { manager: 'rootlock-learner', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:paths': keys } } },
        {
          manager: 'kubectl-edit',
          operation: 'Update',
          fieldsV1: { 'f:spec': { 'f:paths': { 'k:{"path":"/mine"}': {} } } },
        },
      ],
    },
  };
}

describe('readLearned', () => {
  const learned = {
    ...nothingLearned('team', REPOSITORY),
    paths: [
      pathWith('/tmp'),
      pathWith('/var/lib/shop', { content: 'Copy', class: 'Data', description: 'x' }),
    ],
    shell: false,
    memory: new Map([['deployment/web', { attempts: 2, at: Date.parse('2026-11-23T09:00:00Z') }]]),
  };
  const object = stored(learnedObject(learned), ['/tmp', '/var/lib/shop']);

  test('reads what was applied', () => {
    expect(readLearned(object, REPOSITORY)).toEqual({
      ...learned,
      made: { uid: 'u', resourceVersion: '8', generation: 3 },
    });
  });

  test('tells our paths from those of people', () => {
    const spec = object.spec as JsonObject & { readonly paths: readonly JsonObject[] };
    const edited = { ...object, spec: { ...spec, paths: [...spec.paths, { path: '/mine' }] } };
    const read = readLearned(edited, REPOSITORY);
    expect(read?.paths.map(({ path }) => path)).toEqual(['/tmp', '/var/lib/shop']);
    expect(read?.others.map(({ path }) => path)).toEqual(['/mine']);
  });

  test.each([
    {
      what: "a person's profile",
      given: { ...object, metadata: { ...(object.metadata as JsonObject), labels: {} } },
    },
    { what: 'the profile of another image', given: { ...object, spec: { image: { repository: 'other' } } } },
    { what: 'what cannot be read', given: { ...object, spec: {} } },
  ])('takes $what for no profile of its own', ({ given }) => {
    expect(readLearned(given, REPOSITORY)).toBeUndefined();
  });
});

describe('exemptions', () => {
  const digest = `sha256:${'ab'.repeat(32)}`;

  test.each([
    { image: `${REPOSITORY}:1.2`, name: 'ghcr-io-team-shop-1-2-exempt', selector: { tags: '1.2' } },
    { image: REPOSITORY, name: 'ghcr-io-team-shop-latest-exempt', selector: { tags: 'latest' } },
    {
      image: `${REPOSITORY}@${digest}`,
      name: 'ghcr-io-team-shop-abababababab-exempt',
      selector: { digests: [digest] },
    },
  ])('are for the tag or digest that failed: $image', ({ image, name, selector }) => {
    const parsed = parseImage(image);
    if (parsed.kind === 'malformed') throw new Error(parsed.problem);
    const exemption = exemptionFor({
      namespace: 'team',
      image: parsed.image,
      cause: 'stale-file',
      because: 'File exists',
      workload: 'deployment/web',
      expires: Date.parse('2026-11-30T09:00:00Z'),
      taken: new Set(),
    });
    expect(exemption).toEqual(expect.objectContaining({ name, selector }));
    const read = readExemption(stored(exemptionObject(exemption), []));
    expect(read).toEqual({ ...exemption, made: { uid: 'u', resourceVersion: '8' } });
  });

  test('of people are none of ours', () => {
    const object = {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: 'WritablePathProfile',
      metadata: { name: 'mine', namespace: 'team' },
      spec: {
        image: { repository: REPOSITORY, tags: '1' },
        action: 'Exempt',
        reason: 'x',
        expires: '2026-11-30T09:00:00Z',
      },
    };
    expect(readExemption(object)).toBeUndefined();
  });
});
