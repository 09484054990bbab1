import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordsOf } from '../../src/core/healing/patient.ts';
import { isArray, isObject, type JsonObject, textOf } from '../../src/core/json.ts';
import { type ObservedPod, observePod } from '../../src/core/observed/observed-pod.ts';
import { temporaryFolder } from '../support/control-plane/temporary-folder.ts';
import { waitUntil } from '../support/control-plane/wait-until.ts';
import { cluster } from '../support/node/shared.ts';
import { locate } from '../support/programs-on-path.ts';
import { type Installed, installRootlock } from './programs/installed.ts';

const { controlPlane, node } = cluster();
/** A program that nobody listed. */
const IMAGE = 'registry.example.com/team/shop:1';
const PROFILE = 'registry-example-com-team-shop';
const CLI = join(import.meta.dirname, '../../src/cli.ts');
const SECONDS = 180;

/** What each chapter's program does, as its shell script where its image has a shell. */
const CHAPTERS = {
  threePlaces: {
    script:
      'mkdir -p /srv/one && date > /srv/one/a && mkdir -p /opt/two && date > /opt/two/b && mkdir -p /var/cache/three && date > /var/cache/three/c && echo works && sleep 3600',
  },
  data: { script: 'mkdir -p /var/lib/shop && date > /var/lib/shop/db && echo works && sleep 3600' },
  ask: {
    labels: { 'rootlock.dev/data-paths': 'ask' },
    script: 'mkdir -p /var/lib/shop && date > /var/lib/shop/db && echo works && sleep 3600',
  },
  goesOn: { script: 'while :; do mkdir -p /srv/late && date > /srv/late/x && echo works; sleep 2; done' },
  forged: {
    script:
      'while :; do echo "open /usr/bin/x: Read-only file system"; echo "open /proc/sys/x: Read-only file system"; echo "open /srv/victim/data: read-only file system"; sleep 2; done',
  },
  silent: {
    image: 'registry.example.com/team/job:1',
    script: 'while :; do (date > /srv/job/last) 2>/dev/null && echo works; sleep 2; done',
  },
  noShell: { image: 'registry.example.com/team/static:1', command: ['/sleep', '3600'] },
  victim: { script: 'sleep 3600' },
  ownFault: { script: 'echo no database; sleep 1; exit 3' },
  budget: { script: 'mkdir -p /srv/x; sleep 3600', budget: true },
  orphan: { script: 'mkdir -p /srv/x && sleep 3600', owner: 'none' },
} as const;

type Chapter = keyof typeof CHAPTERS;
type Chaptered = {
  readonly script?: string;
  readonly command?: readonly string[];
  readonly image?: string;
  readonly labels?: Record<string, string>;
  readonly budget?: true;
  readonly owner?: 'none';
};

let rootlock: Installed;
const namespaces = new Map<Chapter, string>();

/** All chapters at once, since each of them takes its time. */
beforeAll(async () => {
  rootlock = await installRootlock(controlPlane);
  await node.makeImage({ name: IMAGE });
  await makeImages();
  for (const chapter of Object.keys(CHAPTERS) as Chapter[]) await begin(chapter);
}, 600_000);

afterAll(() => rootlock.stop());

/** One that ships an empty directory, and one of a single program. */
async function makeImages(): Promise<void> {
  const job = temporaryFolder('rootlock-job-');
  mkdirSync(join(job.path, 'srv/job'), { recursive: true });
  await node.makeImage({ name: CHAPTERS.silent.image, folder: job.path });
  const lone = temporaryFolder('rootlock-lone-');
  copyFileSync(locate('busybox') ?? '', join(lone.path, 'sleep'));
  await node.makeImage({ name: CHAPTERS.noShell.image, folder: lone.path, base: 'nothing' });
  for (const { remove } of [job, lone]) await remove();
}

async function begin(chapter: Chapter): Promise<void> {
  const given: Chaptered = CHAPTERS[chapter];
  const namespace = await rootlock.installation.optedIn({
    'rootlock.dev/unknown-images': 'scratch',
    ...given.labels,
  });
  namespaces.set(chapter, namespace);
  const labels = { app: 'web' };
  const container = {
    name: 'main',
    image: given.image ?? IMAGE,
    imagePullPolicy: 'Never',
    command: given.command ?? ['sh', '-c', given.script ?? ''],
  };
  const spec = { terminationGracePeriodSeconds: 1, containers: [container] };
  if (given.budget) {
    const budget = {
      metadata: { name: 'web' },
      spec: { maxUnavailable: 0, selector: { matchLabels: labels } },
    };
    await create(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, budget);
  }
  if (given.owner === 'none') {
    await create(`/api/v1/namespaces/${namespace}/pods`, { metadata: { name: 'web', labels }, spec });
    return;
  }
  const template = { metadata: { labels }, spec };
  await create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'web' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  });
}

describe('a program that nobody listed, in a namespace with one label', () => {
  test(
    'writes to three places one after another, and ends up running read-only',
    async () => {
      await untilWorks('threePlaces');
      const [pod] = await stayingPods('threePlaces');
      expect(pod && recordsOf(pod).get('main')?.paths).toEqual([
        '/opt',
        '/run',
        '/srv',
        '/tmp',
        '/var/cache',
        '/var/tmp',
      ]);
      expect(pod?.containers.map(({ rootReadOnly }) => rootReadOnly)).toEqual([true]);
      const { evidence } = statusOf(await profileOf('threePlaces'));
      expect(isArray(evidence) && evidence.map((each) => isObject(each) && each.path)).toEqual([
        '/opt',
        '/srv',
        '/var/cache',
      ]);
    },
    SECONDS * 1000,
  );

  test(
    'goes on though it cannot write, and is replaced by one that can',
    () => untilWorks('goesOn'),
    SECONDS * 1000,
  );

  test(
    'loses what it cannot write without a word, and is replaced by one that can, by what its image ships empty',
    async () => {
      await untilWorks('silent');
      const [pod] = await stayingPods('silent');
      expect(pod && recordsOf(pod).get('main')?.paths).toEqual(['/run', '/srv/job', '/tmp', '/var/tmp']);
    },
    SECONDS * 1000,
  );

  test(
    'has no shell to be looked at with, and runs again as before',
    async () => {
      await waitUntil(
        'that it is known to have no shell',
        async () => (await profilesOf('noShell')).some(hasNoShell) || undefined,
        limits(),
      );
      await waitUntil(
        'a pod that is ready, and hardened',
        async () => {
          const pods = await stayingPods('noShell');
          return pods.some((pod) => pod.ready && recordsOf(pod).has('main')) || undefined;
        },
        limits(),
      );
      expect((await profilesOf('noShell')).map(({ spec }) => isObject(spec) && spec.action)).toEqual([
        'Harden',
      ]);
    },
    SECONDS * 1000,
  );

  test(
    'keeps data where it writes: it is healed, and the pod is told to have no volume for them',
    async () => {
      await untilWorks('data');
      const namespace = namespaces.get('data') ?? '';
      const answer = await controlPlane.request({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
        body: { metadata: { name: 'another' }, spec: { containers: [{ name: 'main', image: IMAGE }] } },
      });
      expect(String(answer.headers.warning)).toContain('PersistentVolumeClaim');
    },
    SECONDS * 1000,
  );

  test(
    'waits for a person where the namespace asks, runs meanwhile, and is hardened after the yes',
    async () => {
      await waitUntil(
        'the program to run unhardened',
        async () => (await worksUnhardened('ask')) || undefined,
        limits(),
      );
      const { proposals } = statusOf(await profileOf('ask'));
      expect(proposals).toEqual([expect.objectContaining({ path: '/var/lib', class: 'Data' })]);
      const namespace = namespaces.get('ask') ?? '';
      const args = ['approve', PROFILE, '-n', namespace, '--kubeconfig', controlPlane.kubeconfig()];
      const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args]);
      expect(stdout).toBe(`approved /var/lib (users' data) for ${PROFILE} in namespace ${namespace}\n`);
      await untilWorks('ask');
      expect((await profilesOf('ask')).map(({ spec }) => isObject(spec) && spec.action)).toEqual(['Harden']);
    },
    SECONDS * 1000,
  );
});

test(
  'a forged log line changes nothing but the pods of its own namespace, and never mounts over programs',
  async () => {
    // One is there before anything is read in a log, from a first look.
    const profile = await waitUntil(
      'a profile with what was forged',
      async () => {
        const learned = await profileOf('forged');
        return learned && pathsOf(learned).includes('/srv/victim') ? learned : undefined;
      },
      limits(),
    );
    expect(pathsOf(profile)).toEqual(['/run', '/srv/victim', '/tmp', '/var/tmp']);
    const scratch = ['/run', '/tmp', '/var/tmp'];
    // It is looked at, since nothing is known of its image there, and nothing is found.
    for (const learned of await profilesOf('victim')) expect(pathsOf(learned)).toEqual(scratch);
    await waitUntil('a hardened victim', async () => (await isHardened('victim')) || undefined, limits());
    const [victim] = await stayingPods('victim');
    expect(victim && recordsOf(victim).get('main')?.paths).toEqual(scratch);
    const shared = await listAt(
      '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles?labelSelector=rootlock.dev/source%3Dlearned',
    );
    expect(shared).toEqual([]);
  },
  SECONDS * 1000,
);

test(
  'a program that crashes for its own reasons is exonerated, and hardened again',
  async () => {
    await untilTold('ownFault', 'Exonerated');
    await waitUntil('a hardened pod', async () => (await isHardened('ownFault')) || undefined, limits());
    expect((await profilesOf('ownFault')).map(({ spec }) => isObject(spec) && spec.action)).toEqual([
      'Harden',
    ]);
  },
  SECONDS * 1000,
);

test(
  'a PodDisruptionBudget of 0 keeps the pod, and its owner is told that it waits',
  async () => {
    const before = await waitUntil('its pod', async () => (await podsOf('budget'))[0], limits());
    await untilTold('budget', 'HealWaits');
    expect((await podsOf('budget')).map(({ uid }) => uid)).toEqual([before.uid]);
  },
  SECONDS * 1000,
);

test(
  'a pod that nobody would make anew is told of, and never deleted',
  async () => {
    await untilTold('orphan', 'NotHealed');
    expect((await podsOf('orphan')).map(({ name, deleting }) => [name, deleting])).toEqual([['web', false]]);
  },
  SECONDS * 1000,
);

describe('a Job of an image that nobody listed', () => {
  const script = 'mkdir -p /srv/report && date > /srv/report/today && echo works';

  test(
    'that forgives no failure does its work, unhardened',
    async () => {
      const namespace = await rootlock.installation.optedIn({ 'rootlock.dev/unknown-images': 'scratch' });
      await create(`/apis/batch/v1/namespaces/${namespace}/jobs`, {
        metadata: { name: 'migration' },
        spec: { backoffLimit: 0, template: jobTemplate(script) },
      });
      await untilComplete(namespace, 'migration');
      expect(await hardeningIn(namespace, 'migration')).toEqual(['Succeeded, unhardened']);
    },
    SECONDS * 1000,
  );

  test(
    'of a CronJob does its work each time: unhardened, then with one failure from which is learned, then hardened',
    async () => {
      const namespace = await rootlock.installation.optedIn({ 'rootlock.dev/unknown-images': 'scratch' });
      const job = { template: jobTemplate(script) };
      const cronJob = await create(`/apis/batch/v1/namespaces/${namespace}/cronjobs`, {
        metadata: { name: 'report' },
        spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: job } },
      });
      const uid = isObject(cronJob.metadata) ? cronJob.metadata.uid : undefined;
      const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid, controller: true };
      const run = async (name: string) => {
        const metadata = { name, ownerReferences: [owner] };
        await create(`/apis/batch/v1/namespaces/${namespace}/jobs`, { metadata, spec: job });
        await untilComplete(namespace, name);
        return hardeningIn(namespace, name);
      };
      const profile = async () => (await profilesIn(namespace)).map(pathsOf);
      const untilProfiles = (wanted: readonly (readonly string[])[]) =>
        waitUntil(
          `the profiles ${JSON.stringify(wanted)}`,
          async () => JSON.stringify(await profile()) === JSON.stringify(wanted) || undefined,
          limits(),
        );

      expect(await run('first')).toEqual(['Succeeded, unhardened']);
      await untilProfiles([['/run', '/tmp', '/var/tmp']]);
      expect(await run('second')).toEqual(['Failed, hardened', 'Succeeded, unhardened']);
      // The exemption goes once the work is done.
      await untilProfiles([['/run', '/srv', '/tmp', '/var/tmp']]);
      expect(await run('third')).toEqual(['Succeeded, hardened']);
      const events = await listAt(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
      const told = events.filter(({ regarding }) => isObject(regarding) && regarding.kind === 'CronJob');
      expect(told.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['Learned', 'SteppedBack']));
    },
    SECONDS * 1000,
  );

  function jobTemplate(command: string): JsonObject {
    const container = {
      name: 'main',
      image: IMAGE,
      imagePullPolicy: 'Never',
      command: ['sh', '-c', command],
    };
    return { spec: { restartPolicy: 'Never', containers: [container] } };
  }

  async function untilComplete(namespace: string, name: string): Promise<void> {
    await waitUntil(
      `the Job ${name} to have ended`,
      async () => {
        const { body } = await controlPlane.request({
          path: `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`,
        });
        const { conditions = [], succeeded } = isObject(body) && isObject(body.status) ? body.status : {};
        const failed =
          isArray(conditions) && conditions.some((each) => isObject(each) && each.type === 'Failed');
        if (failed) throw new Error(`the Job ${name} has failed`);
        return succeeded === 1 || undefined;
      },
      limits(),
    );
  }

  /** Its pods, the oldest first. */
  async function hardeningIn(namespace: string, job: string): Promise<readonly string[]> {
    const items = await listAt(`/api/v1/namespaces/${namespace}/pods?labelSelector=job-name%3D${job}`);
    const pods = items.map(observePod).toSorted((one, other) => one.created - other.created);
    return pods.map((pod) => `${pod.phase}, ${recordsOf(pod).has('main') ? 'hardened' : 'unhardened'}`);
  }
});

function limits() {
  return { seconds: SECONDS - 10, saw: () => rootlock.controller.log().split('\n').slice(-20).join('\n') };
}

/** Read-only, and it says that it works. */
async function untilWorks(chapter: Chapter): Promise<void> {
  await waitUntil(
    `${chapter} to work`,
    async () => ((await isHardened(chapter)) && (await says(chapter, 'works'))) || undefined,
    limits(),
  );
}

async function worksUnhardened(chapter: Chapter): Promise<boolean> {
  return !(await isHardened(chapter)) && says(chapter, 'works');
}

async function isHardened(chapter: Chapter): Promise<boolean> {
  const pods = await stayingPods(chapter);
  return pods.length > 0 && pods.every((pod) => recordsOf(pod).has('main'));
}

async function says(chapter: Chapter, word: string): Promise<boolean> {
  const [pod] = await stayingPods(chapter);
  if (pod === undefined) return false;
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log?tailLines=5`;
  const { status, text } = await controlPlane.request({ path });
  return status === 200 && text.trim().split('\n').at(-1) === word;
}

async function untilTold(chapter: Chapter, reason: string): Promise<void> {
  const namespace = namespaces.get(chapter) ?? '';
  await waitUntil(
    `the event ${reason}`,
    async () => {
      const events = await listAt(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
      return events.some((event) => event.reason === reason) || undefined;
    },
    limits(),
  );
}

/** Those that are not being deleted, as a pod that was evicted is for a while. */
async function stayingPods(chapter: Chapter): Promise<readonly ObservedPod[]> {
  return (await podsOf(chapter)).filter(({ deleting }) => !deleting);
}

async function podsOf(chapter: Chapter): Promise<readonly ObservedPod[]> {
  return (await listAt(`/api/v1/namespaces/${namespaces.get(chapter)}/pods`)).map(observePod);
}

async function profilesOf(chapter: Chapter): Promise<readonly JsonObject[]> {
  return profilesIn(namespaces.get(chapter) ?? '');
}

async function profilesIn(namespace: string): Promise<readonly JsonObject[]> {
  return listAt(`/apis/rootlock.dev/v1alpha1/namespaces/${namespace}/writablepathprofiles`);
}

async function profileOf(chapter: Chapter): Promise<JsonObject | undefined> {
  return (await profilesOf(chapter)).find(({ metadata }) => isObject(metadata) && metadata.name === PROFILE);
}

function hasNoShell({ spec }: JsonObject): boolean {
  return isObject(spec) && isObject(spec.facts) && spec.facts.shell === false;
}

function statusOf(profile: JsonObject | undefined): JsonObject {
  return isObject(profile?.status) ? profile.status : {};
}

function pathsOf({ spec }: JsonObject): readonly string[] {
  const paths = isObject(spec) && isArray(spec.paths) ? spec.paths.filter(isObject) : [];
  return paths.flatMap(({ path }) => textOf(path) ?? []).toSorted();
}

async function listAt(path: string): Promise<readonly JsonObject[]> {
  const { body } = await controlPlane.request({ path });
  return isObject(body) && isArray(body.items) ? body.items.filter(isObject) : [];
}

async function create(path: string, body: object): Promise<JsonObject> {
  const answer = await controlPlane.request({ method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return isObject(answer.body) ? answer.body : {};
}
