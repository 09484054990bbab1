import { describe, expect, test } from '@jest/globals';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { heal } from '../../../src/core/healing/heal.ts';
import type { HealingState, ImageCase } from '../../../src/core/healing/image-case.ts';
import { nothingLearned } from '../../../src/core/healing/learned-profile.ts';
import type { Memory } from '../../../src/core/healing/memory.ts';
import type { Patient } from '../../../src/core/healing/patient.ts';
import { imagesOf, replacementPlan } from '../../../src/core/healing/replacements.ts';
import { readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';
import { pathWith, profileWith } from '../catalog/any-profile.ts';
import { crashing, NOW, type PodGiven, patientWith, running, secondsAgo } from './observed.ts';

const REPOSITORY = 'registry.example.com/team/app';
const LEARNED = nothingLearned('shop', REPOSITORY);
const WORKLOAD = 'cronjob/report';
const HOUR = 3_600_000;
const NAMED = 'open /srv/app/state: read-only file system';

/** What a person, or a Deployment of the same image, has made known. */
const KNOWN: Profile = profileWith({
  name: LEARNED.name,
  namespace: 'shop',
  source: 'learned',
  image: { repository: REPOSITORY, digests: [] },
  paths: [pathWith('/tmp')],
});
const EXEMPTION: Profile = profileWith({
  name: 'exempt',
  namespace: 'shop',
  source: 'learned',
  action: 'Exempt',
  image: { repository: REPOSITORY, digests: [], tags: '1.0' },
  paths: [],
});

type Given = Parameters<typeof patientWith>[0];

function jobPod(given: Given): Patient {
  return patientWith({
    owner: { apiVersion: 'batch/v1', kind: 'Job', name: 'report-1' },
    root: { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'report' },
    runsToEnd: true,
    profiles: [KNOWN],
    ...given,
  });
}

const ended = (exitCode: number): Pick<PodGiven, 'phase' | 'status'> => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  status: { state: { terminated: { exitCode, reason: 'Error', finishedAt: secondsAgo(2) } } },
});
const HARDENED = { record: { profiles: [`shop/${LEARNED.name}@1`], paths: ['/tmp'] } };
const failed = (given: Given = {}): Patient => jobPod({ ...ended(1), ...HARDENED, created: 5, ...given });

function caseOf(patients: readonly Patient[], before?: Partial<HealingState>, labels = {}): ImageCase {
  const paths = [pathWith('/tmp')];
  return {
    policy: readNamespacePolicy({
      'rootlock.dev/mode': 'enforce',
      'rootlock.dev/unknown-images': 'scratch',
      ...labels,
    }).policy,
    patients,
    learned: before?.learned ?? { ...LEARNED, paths },
    exemptions: before?.exemptions ?? [],
    taken: new Set(),
    programs: new Map(),
    limits: { attempts: 10, exemptMs: 168 * HOUR },
    now: NOW,
  };
}

function remembering(attempts: number, secondsSince: number): Partial<HealingState> {
  const memory: Memory = new Map([[WORKLOAD, { attempts, at: NOW - secondsSince * 1000 }]]);
  return { learned: { ...LEARNED, paths: [pathWith('/tmp')], memory } };
}

describe('a pod that runs to its end and fails hardened', () => {
  const state = heal(caseOf([failed({ log: NAMED })]));

  test('has what it lacks learned, and the next one run unhardened for now, since there may be few', () => {
    expect(state.learned.paths.map(({ path }) => path)).toContain('/srv/app');
    expect(state.exemptions).toEqual([
      expect.objectContaining({ cause: 'few-tries', workloads: [WORKLOAD], expires: NOW + HOUR }),
    ]);
    expect(state.tellings.map(({ reason }) => reason)).toEqual(['Learned', 'SteppedBack']);
    expect(state.learned.memory.get(WORKLOAD)?.attempts).toBe(1);
  });

  test('is answered once', () => {
    const again = heal(caseOf([failed({ log: NAMED, profiles: [EXEMPTION] })], state));
    expect(again).toEqual({ ...state, tellings: [], outcomes: [] });
  });

  test('says nothing: the next one runs unhardened all the same, and that is an attempt', () => {
    const silent = heal(caseOf([failed()]));
    expect(silent.exemptions).toEqual([expect.objectContaining({ cause: 'few-tries' })]);
    expect(silent.learned.memory.get(WORKLOAD)?.attempts).toBe(1);
  });

  test('is answered at once where a log says what it lacks, though those of its later runs are not read yet', () => {
    const crashed = failed({ phase: 'Running', status: crashing(2), log: NAMED, heard: false });
    const { learned, exemptions } = heal(caseOf([crashed]));
    expect(learned.paths.map(({ path }) => path)).toContain('/srv/app');
    expect(exemptions).toEqual([expect.objectContaining({ cause: 'few-tries' })]);
  });

  test.each<{ what: string; given: Given; before?: Partial<HealingState> }>([
    { what: 'its log has not been read yet', given: { heard: false } },
    { what: 'it is being deleted', given: { deleting: true } },
    {
      what: 'it was made before something was done for it',
      given: { created: 60 },
      before: remembering(1, 30),
    },
    {
      what: 'it ran out of memory',
      given: {
        status: { state: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: secondsAgo(2) } } },
      },
    },
  ])('is not answered where $what', ({ given, before }) => {
    expect(heal(caseOf([failed(given)], before)).exemptions).toEqual([]);
  });

  test('for the third time, with nothing left to try, is left unhardened for long', () => {
    const paths = [
      '/tmp',
      '/run',
      '/var/tmp',
      '/var/lib/app',
      '/var/log/app',
      '/var/cache/app',
      '/var/spool/app',
      '/var/mail',
    ];
    const known = paths.map((path) => pathWith(path, { content: 'Copy' }));
    const before = remembering(2, 60);
    const learned = before.learned && { ...before.learned, paths: known };
    const profiles = [{ ...KNOWN, paths: known }];
    const { exemptions } = heal(caseOf([failed({ profiles })], { ...before, ...(learned && { learned }) }));
    expect(exemptions).toEqual([expect.objectContaining({ cause: 'no-path', expires: NOW + 168 * HOUR })]);
  });
});

describe('once its unhardened successor', () => {
  const stepped = heal(caseOf([failed({ log: NAMED })]));
  const later = (patients: readonly Patient[]) => heal({ ...caseOf(patients, stepped), now: NOW + 20_000 });
  const successor = (given: Given) =>
    jobPod({ name: 'app-2', created: -11, profiles: [EXEMPTION], ...given });

  test('has ended well, the next one is hardened again, and the first failure counts no more', () => {
    const state = later([failed({ log: NAMED, profiles: [EXEMPTION] }), successor(ended(0))]);
    expect(state.exemptions).toEqual([]);
    const outdated = [
      failed({ log: NAMED, profiles: [KNOWN] }),
      successor({ ...ended(0), profiles: [KNOWN] }),
    ];
    expect(heal(caseOf(outdated, state)).exemptions).toEqual([]);
  });

  test('has failed as well, it was not the read-only root', () => {
    const both: Patient = { ...successor(ended(1)), health: { kind: 'failed', pods: 2 } };
    const state = later([failed({ log: NAMED, profiles: [EXEMPTION] }), both]);
    expect(state.exemptions).toEqual([]);
    expect(state.learned.memory.get(WORKLOAD)?.exonerated).toBe(true);
  });

  test('has failed as well, while another workload of the image has done its work, both are hardened again', () => {
    const other = 'cronjob/cleanup';
    const root = { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'cleanup' };
    const [exemption] = stepped.exemptions;
    if (exemption === undefined) throw new Error('expected an exemption');
    const before = { ...stepped, exemptions: [{ ...exemption, workloads: [WORKLOAD, other] }] };
    const both: Patient = { ...successor(ended(1)), health: { kind: 'failed', pods: 2 } };
    const done = successor({ ...ended(0), name: 'cleanup-1', root });
    const state = heal({ ...caseOf([both, done], before), now: NOW + 20_000 });
    expect(state.exemptions).toEqual([]);
    expect(state.outcomes).toEqual([{ kind: 'exonerated' }]);
  });

  test('runs, nothing changes', () => {
    const state = later([failed({ log: NAMED, profiles: [EXEMPTION] }), successor({ status: running(5) })]);
    expect(state.exemptions).toEqual(stepped.exemptions);
  });
});

describe('a pod that runs to its end', () => {
  const plan = (patient: Patient, memory: Memory = new Map()) =>
    replacementPlan({ patients: [patient], images: imagesOf([patient]), memoryOf: () => memory, now: NOW })
      .now.length;
  const more = [{ ...KNOWN, generation: 2, paths: [pathWith('/tmp'), pathWith('/srv/app')] }];

  test('is not replaced while it runs, though it could be given more by now', () => {
    const given = { ...HARDENED, status: running(30), log: NAMED, profiles: more };
    expect(plan(jobPod(given))).toBe(0);
    expect(plan(patientWith(given))).toBe(1);
  });

  test('is not replaced while it runs unhardened, though it could be hardened by now', () => {
    const memory: Memory = new Map([
      [WORKLOAD, { attempts: 0, at: NOW, returning: true }],
      ['replicaset/web-1', { attempts: 0, at: NOW, returning: true }],
    ]);
    const given = { status: running(30), profiles: [KNOWN] };
    expect(plan(jobPod(given), memory)).toBe(0);
    expect(plan(patientWith(given), memory)).toBe(1);
  });

  test('is replaced where its container fails again and again within it', () => {
    const crashed = { exitCode: 1, reason: 'Error', finishedAt: secondsAgo(2) };
    const status = {
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: crashed },
    };
    expect(plan(jobPod({ ...HARDENED, status, log: NAMED, profiles: more }))).toBe(1);
  });
});

describe('an image that only pods run which run to their end', () => {
  const ran = (given: Given = {}) => jobPod({ ...ended(0), profiles: [], forgiving: true, ...given });

  test('is known once one has ended well, where the Job forgives a failure: the next run is hardened', () => {
    const { learned, tellings } = heal(caseOf([ran()], { learned: LEARNED }));
    expect(learned.paths.map(({ path, content }) => `${path} ${content}`)).toEqual([
      '/run Copy',
      '/tmp Empty',
      '/var/tmp Empty',
    ]);
    expect(tellings).toEqual([
      expect.objectContaining({
        reason: 'Learned',
        action: 'Look',
        about: expect.objectContaining({ kind: 'CronJob' }),
      }),
    ]);
  });

  test.each<{ what: string; patients: readonly Patient[]; labels?: Record<string, string> }>([
    { what: 'has failed', patients: [ran(ended(1))] },
    { what: 'still runs', patients: [ran({ phase: 'Running', status: running(30) })] },
    { what: 'is of a Job that forgives nothing', patients: [patientThatForgivesNothing()] },
    { what: 'is beside one of a Job that forgives nothing', patients: [ran(), patientThatForgivesNothing()] },
    {
      what: 'is of a Job that nobody repeats',
      patients: [ran({ root: { apiVersion: 'batch/v1', kind: 'Job', name: 'once' } })],
    },
    { what: 'asks to be left alone', patients: [ran({ annotations: { 'rootlock.dev/exempt': 'true' } })] },
    {
      what: 'is in a namespace that leaves unknown images alone',
      patients: [ran()],
      labels: { 'rootlock.dev/unknown-images': 'leave' },
    },
    {
      what: 'is in a namespace where every change is proposed',
      patients: [ran()],
      labels: { 'rootlock.dev/heal': 'propose' },
    },
  ])('stays unknown where it $what', ({ patients, labels }) => {
    expect(heal(caseOf(patients, { learned: LEARNED }, labels)).learned).toEqual(LEARNED);
  });
});

function patientThatForgivesNothing(): Patient {
  return jobPod({ ...ended(0), name: 'strict', profiles: [] });
}
