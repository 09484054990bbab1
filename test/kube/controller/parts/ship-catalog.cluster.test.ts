import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readBuiltinProfiles } from '../../../../src/builtin.ts';
import type { Shipped } from '../../../../src/core/catalog/shipping.ts';
import { isObject, type JsonObject } from '../../../../src/core/json.ts';
import { type ControlPlane, startControlPlane } from '../../../support/control-plane/start.ts';
import { installCrds } from '../../../support/install-crds.ts';
import { until } from '../../../support/until.ts';
import {
  CLUSTER_PROFILES,
  list,
  make,
  merge,
  metadataOf,
  profileObject,
  read,
  untilEventsAbout,
} from '../objects.ts';
import { controllerHome, type Home, type RunningController, startController } from '../running-controller.ts';

/** Of profiles, not of their status. */
const WRITES = {
  verb: ['create', 'update', 'patch', 'delete'],
  path: /clusterwritablepathprofiles\/[^/]+$/,
} as const;

/** Read once: a thousand YAML documents take a while. */
const BUILTIN = readBuiltinProfiles();

let cluster: ControlPlane;
let home: Home;
let controller: RunningController | undefined;

beforeAll(async () => {
  cluster = await startControlPlane();
  await installCrds(cluster);
}, 120_000);
afterAll(() => cluster.stop());

beforeEach(async () => {
  home = await controllerHome(cluster);
  await cluster.request({ method: 'DELETE', path: CLUSTER_PROFILES });
});
afterEach(async () => {
  await controller?.stop();
  controller = undefined;
});

/** Starts a release that ships these, and waits until its catalog is in place. */
async function release(shipped: readonly Shipped[]): Promise<RunningController> {
  await controller?.stop();
  const started = await startController({ cluster, home, shipped });
  controller = started;
  await until(() => started.entries.some(({ message }) => message === 'built-in catalog in place'), 150_000);
  return started;
}

function shipped(name: string, path: string, digest = 'one'): Shipped {
  const resource = profileObject(name, { image: { repository: name }, paths: [{ path }] });
  const profile = BUILTIN.find((each) => each.profile.name === 'nginx');
  if (profile === undefined) throw new Error('there is no built-in profile nginx');
  return {
    profile: {
      ...profile.profile,
      name,
      image: { repository: name, digests: [] },
      paths: [{ path: path as never, medium: '', content: 'Empty', class: 'Scratch', description: '' }],
    },
    resource,
    digest,
  };
}

describe('the catalog of a release', () => {
  test('is shipped whole and readable, with one event for all of it', async () => {
    // Some of them, from a to z: all are shipped by the benchmark.
    const all = BUILTIN.filter((_, index) => index % 5 === 0);
    expect(all.length).toBeGreaterThan(100);
    const { proxy } = await release(all);
    const found = await list(cluster, CLUSTER_PROFILES);
    expect(found.length).toBe(all.length);
    expect(proxy.count(WRITES)).toBe(all.length);
    // Those of the tests before are about the Leases of other namespaces.
    const { namespace } = home;
    const [event, ...others] = await untilEventsAbout(cluster, { name: 'rootlock-controller', namespace });
    expect(others).toEqual([]);
    expect(event).toMatchObject({ reason: 'CatalogShipped', type: 'Normal' });
    expect(String(event?.note)).toContain(`${all.length} profiles added`);
  });

  test('is not written again by a release that changes nothing', async () => {
    await release([shipped('one', '/a'), shipped('two', '/a')]);
    const { proxy } = await release([shipped('one', '/a'), shipped('two', '/a')]);
    expect(proxy.count(WRITES)).toBe(0);
  });

  test('is upgraded where a release changes it, and pruned where a release drops it', async () => {
    await release([shipped('changed', '/a'), shipped('dropped', '/a'), shipped('same', '/a')]);
    const { proxy } = await release([shipped('changed', '/b', 'two'), shipped('same', '/a')]);
    expect(await namesAndPaths()).toEqual({ changed: ['/b'], same: ['/a'] });
    // Deleted is one of them, twice where its status was written meanwhile.
    expect(proxy.count({ ...WRITES, verb: ['create', 'update', 'patch'] })).toBe(1);
  });

  test("never touches what is a person's: another name, the same name, or a copy with all its labels", async () => {
    const paths = [{ path: '/mine' }];
    await make(cluster, CLUSTER_PROFILES, profileObject('own', { image: { repository: 'own' }, paths }));
    await make(cluster, CLUSTER_PROFILES, profileObject('taken', { image: { repository: 'taken' }, paths }));
    await release([shipped('original', '/a'), shipped('taken', '/a')]);
    const { labels, annotations } = metadataOf(await read(cluster, `${CLUSTER_PROFILES}/original`));
    await make(
      cluster,
      CLUSTER_PROFILES,
      profileObject('copy', { image: { repository: 'copy' }, paths }, { labels, annotations }),
    );
    await release([shipped('taken', '/a')]);
    expect(await namesAndPaths()).toEqual({ copy: ['/mine'], own: ['/mine'], taken: ['/mine'] });
    expect(await untilEventsAbout(cluster, { name: 'taken' })).toMatchObject([
      { reason: 'NameTaken', type: 'Warning' },
    ]);
  });

  const EDITS: readonly { edit: string; patch: JsonObject }[] = [
    { edit: 'changes a path', patch: { spec: { paths: [{ path: '/a', class: 'Data' }] } } },
    { edit: 'adds a path', patch: { spec: { paths: [{ path: '/a' }, { path: '/theirs' }] } } },
    { edit: 'removes the paths', patch: { spec: { paths: null } } },
    { edit: 'adds a fact', patch: { spec: { facts: { shell: false } } } },
    { edit: 'takes the label off', patch: { metadata: { labels: { 'rootlock.dev/source': null } } } },
    { edit: 'exempts the image', patch: { spec: { action: 'Exempt', reason: 'theirs', paths: null } } },
  ];
  test('is put back when a person edits it, with an event that says what to do', async () => {
    const names = EDITS.map((_edit, index) => `edited-${index}`);
    await release(names.map((name) => shipped(name, '/a')));
    const before = await Promise.all(names.map((name) => read(cluster, `${CLUSTER_PROFILES}/${name}`)));
    for (const [index, { patch }] of EDITS.entries())
      await merge(cluster, `${CLUSTER_PROFILES}/${names[index]}?fieldManager=a-person`, patch);
    for (const [index, { edit }] of EDITS.entries()) {
      const name = names[index] ?? '';
      await until(async () => {
        const after = await read(cluster, `${CLUSTER_PROFILES}/${name}`);
        return JSON.stringify(factsOf(after)) === JSON.stringify(factsOf(before[index]));
      }, 60_000).catch(() => {
        throw new Error(`it is not put back when a person ${edit}`);
      });
      const [event] = await untilEventsAbout(cluster, { name });
      expect(event).toMatchObject({ reason: 'BuiltinRestored', type: 'Warning' });
      expect(String(event?.note)).toContain('ClusterWritablePathProfile of your own');
    }
  });

  test('is made again where somebody deletes a part of it', async () => {
    await release([shipped('deleted', '/a')]);
    await cluster.request({ method: 'DELETE', path: `${CLUSTER_PROFILES}/deleted` });
    await until(async () => (await read(cluster, `${CLUSTER_PROFILES}/deleted`)) !== undefined, 60_000);
  });
});

function factsOf(profile: JsonObject | undefined): unknown {
  return [profile?.spec, metadataOf(profile).labels];
}

async function namesAndPaths(): Promise<Record<string, readonly unknown[]>> {
  const found = await list(cluster, CLUSTER_PROFILES);
  return Object.fromEntries(
    found.map((profile) => {
      const paths = isObject(profile.spec) && Array.isArray(profile.spec.paths) ? profile.spec.paths : [];
      return [String(metadataOf(profile).name), paths.map((each) => isObject(each) && each.path)];
    }),
  );
}
