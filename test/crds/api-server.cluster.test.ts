import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { PROFILE_MESSAGES } from '../../src/core/catalog/profile-messages.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { controlPlane, freshNamespace } from '../support/control-plane/shared.ts';
import { installCrds } from '../support/install-crds.ts';
import { accepted, type Kind, kinds, rejected, resource } from './examples.ts';

const MESSAGES: Readonly<Record<string, string>> = PROFILE_MESSAGES;
const [cluster, namespaced] = kinds;

beforeAll(async () => {
  await installCrds(controlPlane());
});

function collection({ kind, metadata }: Kind, namespace = 'default'): string {
  const within = 'namespace' in metadata ? `namespaces/${namespace}/` : '';
  return `/apis/rootlock.dev/v1alpha1/${within}${kind.toLowerCase()}s`;
}

/** What the API server says to a new resource; it keeps nothing. */
function tried(kind: Kind, spec: Json | undefined) {
  const path = `${collection(kind)}?dryRun=All&fieldValidation=Strict`;
  return controlPlane().request({ method: 'POST', path, body: resource(kind, spec) });
}

describe('the API server', () => {
  test.each(rejected)(
    'refuses $spec by the rule $rule',
    async ({ rule, spec, field, api, apiField = field }) => {
      for (const kind of kinds) {
        const { status, body } = await tried(kind, spec);
        if (api?.startsWith('unknown field')) {
          expect(status).toBe(400);
          expect(body).toMatchObject({ message: expect.stringContaining(api) });
          continue;
        }
        expect(status).toBe(422);
        expect(body).toMatchObject({
          details: {
            causes: expect.arrayContaining([
              expect.objectContaining({
                field: apiField,
                message: expect.stringContaining(api ?? String(MESSAGES[rule])),
              }),
            ]),
          },
        });
      }
    },
  );

  test.each(accepted)('accepts $spec under the rule $rule', async ({ spec }) => {
    for (const kind of kinds) {
      const { status, text } = await tried(kind, spec);
      expect({ status, text }).toEqual({ status: 201, text: expect.any(String) });
    }
  });

  test('fills in the defaults', async () => {
    const spec = {
      image: { repository: 'nginx' },
      paths: [{ path: '/tmp' }],
      env: [{ name: 'HOME' }],
      expires: null,
    };
    for (const kind of kinds) {
      const { body } = await tried(kind, spec);
      expect(body).toMatchObject({
        spec: {
          image: { repository: 'nginx' },
          action: 'Harden',
          strategy: 'Merge',
          paths: [{ path: '/tmp', medium: '', content: 'Empty', class: 'Scratch' }],
          env: [{ name: 'HOME', value: '' }],
        },
      });
    }
  });

  test('refuses a profile of the cluster in a namespace and the other way round', async () => {
    const { body } = await controlPlane().request({ path: '/apis/rootlock.dev/v1alpha1' });
    expect(body).toMatchObject({
      resources: expect.arrayContaining([
        expect.objectContaining({
          kind: cluster.kind,
          namespaced: false,
          shortNames: ['cwpp'],
          categories: ['rootlock'],
        }),
        expect.objectContaining({
          kind: namespaced.kind,
          namespaced: true,
          shortNames: ['wpp'],
          categories: ['rootlock'],
        }),
      ]),
    });
  });

  test('accepts every built-in profile', async () => {
    const left = builtinProfiles();
    expect(left.length).toBeGreaterThan(0);
    const refused: string[] = [];
    const work = async () => {
      for (let profile = left.pop(); profile; profile = left.pop()) {
        const { status, text } = await tried(cluster, profile.spec);
        if (status !== 201) refused.push(`${profile.name}: ${text}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(refused).toEqual([]);
  });
});

describe('a profile on the API server', () => {
  test('keeps the paths of two owners apart under server-side apply', async () => {
    const namespace = await freshNamespace();
    const at = `${collection(namespaced, namespace)}/learned`;
    const image = { repository: 'nginx' };
    await apply(at, 'controller', {
      image,
      paths: [{ path: '/tmp' }, { path: '/run' }],
      env: [{ name: 'HOME', value: '/tmp' }],
    });
    await apply(at, 'person', { image, paths: [{ path: '/data', class: 'Data' }] });
    const { body } = await apply(at, 'controller', { image, paths: [{ path: '/run', content: 'Copy' }] });
    expect(body).toMatchObject({
      metadata: { generation: 3 },
      spec: {
        image,
        paths: [
          { path: '/run', content: 'Copy' },
          { path: '/data', class: 'Data' },
        ],
      },
    });
    expect(body).not.toHaveProperty('spec.env');
  });

  test('lets its status be written apart from its spec', async () => {
    const namespace = await freshNamespace();
    const at = `${collection(namespaced, namespace)}/learned`;
    const spec = { image: { repository: 'nginx', tags: '>=1.19' }, paths: [{ path: '/tmp' }] };
    await apply(at, 'person', spec);
    await apply(`${at}/status`, 'controller', undefined, STATUS);
    const { body } = await controlPlane().request({ path: at });
    expect(body).toMatchObject({ metadata: { generation: 1 }, spec, status: STATUS });
  });

  test('is listed with its columns', async () => {
    const namespace = await freshNamespace();
    const at = `${collection(namespaced, namespace)}/learned`;
    await apply(at, 'person', { image: { repository: 'nginx', tags: '>=1.19' }, paths: [{ path: '/tmp' }] });
    await apply(`${at}/status`, 'controller', undefined, STATUS);
    const { body } = await controlPlane().request({
      path: collection(namespaced, namespace),
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(body).toMatchObject({
      columnDefinitions: [
        'Name',
        'Image',
        'Tags',
        'Paths',
        'Source',
        'Ready',
        'Pods',
        'Age',
        'Action',
        'Failing',
        'Expires',
      ].map((name) => ({ name })),
      rows: [
        {
          cells: [
            'learned',
            'nginx',
            '>=1.19',
            1,
            'learned',
            'True',
            12,
            expect.any(String),
            'Harden',
            1,
            null,
          ],
        },
      ],
    });
  });

  test.each([
    { evidence: [{ path: '/tmp', from: 'Guess' }], field: 'status.evidence[0].from' },
    {
      conditions: [
        {
          type: 'Ready',
          status: 'Yes',
          reason: 'Read',
          message: '',
          lastTransitionTime: '2026-11-23T00:00:00Z',
        },
      ],
      field: 'status.conditions[0].status',
    },
    { matched: { pods: -1 }, field: 'status.matched.pods' },
    { proposals: [{ path: '/data', class: 'Cache' }], field: 'status.proposals[0].class' },
    { lastUsed: 'yesterday', field: 'status.lastUsed' },
  ])('is refused a status with a wrong $field', async ({ field, ...status }) => {
    const namespace = await freshNamespace();
    const at = `${collection(namespaced, namespace)}/learned`;
    await apply(at, 'person', { image: { repository: 'nginx' } });
    const { status: code, body } = await apply(`${at}/status`, 'controller', undefined, status);
    expect(code).toBe(422);
    expect(body).toMatchObject({
      details: { causes: expect.arrayContaining([expect.objectContaining({ field })]) },
    });
  });
});

const STATUS = {
  observedGeneration: 1,
  paths: 1,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Read',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-11-23T00:00:00Z',
    },
  ],
  matched: { pods: 12, hardened: 12, failing: 1 },
  lastUsed: '2026-11-23T00:00:00Z',
  evidence: [
    {
      path: '/tmp',
      from: 'Log',
      containers: 3,
      of: 3,
      first: '2026-11-22T00:00:00Z',
      last: '2026-11-23T00:00:00Z',
      sample: 'mkdir() "/tmp/x" failed (30: Read-only file system)',
    },
    { path: '/tmp', from: 'Overlay', containers: 1, of: 3 },
  ],
  proposals: [{ path: '/data', class: 'Data', content: 'Copy', because: "it holds users' data" }],
};

function apply(at: string, fieldManager: string, spec: JsonObject | undefined, status?: JsonObject) {
  const name = at
    .replace(/\/status$/, '')
    .split('/')
    .at(-1);
  return controlPlane().request({
    method: 'PATCH',
    path: `${at}?fieldManager=${fieldManager}&force=true&fieldValidation=Strict`,
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'rootlock.dev/v1alpha1',
      kind: namespaced.kind,
      metadata: { name, ...(spec && { labels: { 'rootlock.dev/source': 'learned' } }) },
      ...(spec && { spec }),
      ...(status && { status }),
    },
  });
}

function builtinProfiles(): { name: string; spec: Json }[] {
  const folder = new URL('../../builtin/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')))
    .map((document) => document.toJSON())
    .map(({ metadata, spec }) => ({ name: metadata.name, spec }));
}
