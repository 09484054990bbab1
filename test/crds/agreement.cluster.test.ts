import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { controlPlane } from '../support/control-plane/shared.ts';
import { installCrds } from '../support/install-crds.ts';
import { kinds, resource } from './examples.ts';

beforeAll(async () => {
  await installCrds(controlPlane());
});

const LETTERS = [
  '/',
  '/',
  '.',
  '..',
  'a',
  'run',
  'var',
  'var/run',
  'var/lock',
  'etc',
  'dev',
  'shm',
  ' ',
  ':',
  '\n',
  'é',
];

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> {
  return fc.oneof({ weight: 6, arbitrary: value }, fc.constantFrom(null, undefined));
}

/** Mostly what is right, so that more than one field of a spec is looked at. */
function mostly<T>(right: readonly T[], wrong: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...right) }, fc.constantFrom(...wrong));
}

const anyPath = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('/tmp', '/run', '/var/run', '/var/lock', '/run/lock', '/data', '/var/cache'),
  },
  fc.array(fc.constantFrom(...LETTERS), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...LETTERS), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
);

const anySpec: fc.Arbitrary<JsonObject> = fc.record(
  {
    image: fc.record(
      {
        repository: mostly(
          ['nginx', 'quay.io/**', '*/x', 'localhost:5000/a_b'],
          ['', 'A', 'a:1', 'a@b', '**x', 7, '.'],
        ),
        tags: maybe(mostly(['>=1.19', '1.x || 2', '*-alpine'], ['', ' ', '>=x.y, 2', 1.5])),
        digests: maybe(mostly([[], [`sha256:${'0'.repeat(64)}`]], [['sha256:0'], 'sha256', [null], [7]])),
      },
      { requiredKeys: ['repository'] },
    ),
    action: maybe(mostly(['Harden', 'Exempt'], ['Other', '', true])),
    reason: maybe(mostly(['it builds images'], ['', ' ', 7, {}])),
    expires: maybe(
      mostly(
        ['2027-01-31T12:00:00Z', '2027-02-28T23:59:59.5-07:00'],
        ['2027-02-29T00:00:00Z', '2027', '', 0],
      ),
    ),
    strategy: maybe(mostly(['Merge', 'Replace'], ['Other', false])),
    paths: maybe(
      fc.array(
        fc.record(
          {
            path: anyPath,
            medium: maybe(mostly(['', 'Memory'], ['Disk', 0])),
            sizeLimit: maybe(
              mostly(['1Gi', '0.5', '3e2', '5.', '.5M', '1m'], ['0', '', '+1', '1GB', '0.0', ' 1', 7]),
            ),
            content: maybe(mostly(['Empty', 'Copy'], ['copy', []])),
            class: maybe(mostly(['Scratch', 'Data'], ['data', {}])),
            description: maybe(mostly(['temporary files', ''], [7])),
          },
          { requiredKeys: ['path'] },
        ),
        { maxLength: 3 },
      ),
    ),
    env: maybe(
      fc.array(
        fc.record(
          {
            name: mostly(['HOME', '_A1', 'TMPDIR'], ['1A', '', 'A-B', 7]),
            value: maybe(mostly(['/tmp', ''], [7])),
          },
          { requiredKeys: ['name'] },
        ),
        { maxLength: 2 },
      ),
    ),
    facts: maybe(
      fc.record({
        volumes: maybe(fc.array(anyPath, { maxLength: 2 })),
        shell: maybe(mostly([true, false], ['no'])),
        separateVarRun: maybe(mostly([true, false], [1])),
      }),
    ),
    extra: fc.constantFrom(...Array<undefined>(30).fill(undefined), 'unknown'),
  },
  { requiredKeys: ['image'] },
) as fc.Arbitrary<JsonObject>;

test('the API server accepts a spec if and only if readProfile does', async () => {
  const answers = { accepted: 0, refused: 0 };
  const [kind] = kinds;
  const path = '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles?dryRun=All&fieldValidation=Strict';
  await fc.assert(
    fc.asyncProperty(anySpec, async (spec) => {
      const body = JSON.parse(JSON.stringify(resource(kind, spec)));
      const { status, text } = await controlPlane().request({ method: 'POST', path, body });
      const read = readProfile(body);
      const problems = read.kind === 'malformed' ? read.problems : [];
      expect({ accepted: status === 201, text, problems }).toEqual({
        accepted: read.kind === 'profile',
        text,
        problems,
      });
      answers[status === 201 ? 'accepted' : 'refused'] += 1;
    }),
    { numRuns: 500 },
  );
  expect(answers.accepted).toBeGreaterThan(50);
  expect(answers.refused).toBeGreaterThan(50);
});
