import { describe, expect, test } from '@jest/globals';
import type { Profile } from '../../../src/core/catalog/profile.ts';
import { learnedName } from '../../../src/core/healing/learned-profile.ts';
import { type Memory, NO_MEMORY } from '../../../src/core/healing/memory.ts';
import { imagesOf, replacementPlan } from '../../../src/core/healing/replacements.ts';
import { pathWith, profileWith } from '../catalog/any-profile.ts';
import { CRASHED, crashing, NOW, patientWith, running, secondsAgo } from './observed.ts';

const REPOSITORY = 'registry.example.com/team/app';
const NAMED = 'open /srv/app/state: read-only file system';
const SCRATCH = { profiles: [], paths: ['/tmp'] };

const LEARNED: Profile = profileWith({
  name: learnedName(REPOSITORY),
  namespace: 'shop',
  source: 'learned',
  image: { repository: REPOSITORY, digests: [] },
  paths: [pathWith('/tmp'), pathWith('/srv/app')],
});
const LOOKING: Profile = { ...LEARNED, paths: [pathWith('/run', { content: 'Copy' })] };
/** What copied for a container, and what it told in the end. */
const COPIED = (message: string) => ({
  name: 'rootlock-seed-main',
  state: { terminated: { exitCode: 0, message, finishedAt: secondsAgo(9) } },
});
const EXEMPT: Profile = { ...LEARNED, name: 'exempt', action: 'Exempt', reason: 'x', paths: [] };
const CURRENT = { profiles: [`shop/${LEARNED.name}@1`], paths: ['/tmp', '/srv/app'] };

type Given = Parameters<typeof patientWith>[0];

function plan(all: readonly Given[], memory: Memory = NO_MEMORY) {
  const patients = all.map((given) => patientWith({ profiles: [LEARNED], ...given }));
  const { now, orphans } = replacementPlan({
    patients,
    images: imagesOf(patients),
    memoryOf: () => memory,
    now: NOW,
  });
  const words = ({ pod, because }: (typeof now)[number]) => `${pod.name} ${because}`;
  return { now: now.map(words), orphans: orphans.map(words) };
}

const OLD_FAILING = { record: SCRATCH, status: crashing(2), ready: false, log: NAMED };
const OLD_RUNNING = { record: SCRATCH, status: running(90), ready: true, log: NAMED };
const RETURNING = returningSince(0);

function returningSince(seconds: number): Memory {
  return new Map([['replicaset/web-1', { attempts: 0, at: NOW - seconds * 1000, returning: true }]]);
}

describe('replacementPlan', () => {
  test.each<{ what: string; given: readonly Given[]; memory?: Memory; want: readonly string[] }>([
    { what: 'a failing pod that is older than the profile', given: [OLD_FAILING], want: ['app-1 fails'] },
    {
      what: 'no failing pod that would be made the same again',
      given: [{ ...OLD_FAILING, record: CURRENT }],
      want: [],
    },
    {
      what: 'a running pod that logged what the profile has by now',
      given: [OLD_RUNNING],
      want: ['app-1 lacks-paths'],
    },
    {
      what: 'a running pod in which a directory is read-only that the image gives to a user of its own',
      given: [
        {
          ...OLD_RUNNING,
          log: '',
          initStatuses: [
            {
              name: 'rootlock-seed-main',
              state: { terminated: { exitCode: 0, message: '4 /srv/app', finishedAt: secondsAgo(9) } },
            },
          ],
        },
      ],
      want: ['app-1 lacks-paths'],
    },
    {
      what: 'one pod of an image that is to be looked at, whosoever they are',
      given: [
        { ...OLD_RUNNING, name: 'a', log: '', profiles: [LOOKING] },
        { ...OLD_RUNNING, name: 'b', log: '', profiles: [LOOKING] },
        { ...OLD_RUNNING, name: 'c', owner: 'other', log: '', profiles: [LOOKING] },
      ],
      want: ['a unlooked-at'],
    },
    {
      what: 'no pod that has run for long, for a look at its image',
      given: [{ ...OLD_RUNNING, status: running(301), log: '', profiles: [LOOKING] }],
      want: [],
    },
    {
      what: 'no other one while that is being looked at',
      given: [
        { ...OLD_RUNNING, name: 'a', owner: 'other', log: '', profiles: [LOOKING] },
        { name: 'b', record: CURRENT, profiles: [LOOKING], status: running(9), initStatuses: [COPIED('')] },
      ],
      want: [],
    },
    {
      what: 'those that lack what was found by looking at another',
      given: [
        { ...OLD_RUNNING, name: 'a', owner: 'other', log: '' },
        { name: 'b', record: CURRENT, status: running(9), initStatuses: [COPIED('4 /srv/app')] },
      ],
      want: ['a lacks-paths'],
    },
    { what: 'no running pod that logged nothing', given: [{ ...OLD_RUNNING, log: '' }], want: [] },
    { what: 'no pod that goes already', given: [{ ...OLD_FAILING, deleting: true }], want: [] },
    { what: 'no pod of a Job that has ended', given: [{ ...OLD_FAILING, phase: 'Failed' }], want: [] },
    {
      what: 'a failing pod whose image is exempt by now',
      given: [{ ...OLD_FAILING, record: CURRENT, profiles: [EXEMPT] }],
      want: ['app-1 fails'],
    },
    {
      what: 'no running pod whose image is exempt by now',
      given: [{ ...OLD_RUNNING, profiles: [EXEMPT] }],
      want: [],
    },
    {
      what: 'a pod whose content cannot be copied',
      given: [
        {
          record: SCRATCH,
          ready: false,
          status: { state: { waiting: { reason: 'PodInitializing' } } },
          initStatuses: [{ name: 'rootlock-seed-main', ...crashing(1), lastState: CRASHED }],
        },
      ],
      want: ['app-1 fails'],
    },
    {
      what: 'an unhardened pod of a workload that is hardened again',
      given: [{ status: running(90) }],
      memory: RETURNING,
      want: ['app-1 returns'],
    },
    {
      what: 'a pod that was made unhardened while the webhook still had the exemption',
      given: [{ status: running(90) }],
      memory: returningSince(140),
      want: ['app-1 returns'],
    },
    {
      what: 'none that was made since its workload returned, and is unhardened all the same',
      given: [{ status: running(90) }],
      memory: returningSince(600),
      want: [],
    },
    { what: 'no other unhardened pod', given: [{ status: running(90) }], want: [] },
    {
      what: 'none of a workload that returns while its image is exempt',
      given: [{ status: running(90), profiles: [EXEMPT] }],
      memory: RETURNING,
      want: [],
    },
    {
      what: 'one pod of an owner at a time, a failing one first',
      given: [
        { ...OLD_RUNNING, name: 'a' },
        { ...OLD_FAILING, name: 'b' },
        { ...OLD_FAILING, name: 'c', created: 300 },
      ],
      want: ['c fails'],
    },
    {
      what: 'one pod of each owner',
      given: [
        { ...OLD_FAILING, name: 'a', owner: 'one' },
        { ...OLD_FAILING, name: 'b', owner: 'two' },
      ],
      want: ['a fails', 'b fails'],
    },
    {
      what: 'none while another pod of the owner goes',
      given: [
        { ...OLD_FAILING, name: 'a' },
        { ...OLD_FAILING, name: 'b', deleting: true },
      ],
      want: [],
    },
    {
      what: 'none while another pod of the owner has yet to show how it fares',
      given: [
        { ...OLD_FAILING, name: 'a' },
        {
          name: 'b',
          record: CURRENT,
          created: 5,
          ready: false,
          status: { state: { waiting: { reason: 'ContainerCreating' } } },
        },
      ],
      want: [],
    },
    {
      what: 'the next one where that pod takes too long',
      given: [
        { ...OLD_FAILING, name: 'a', created: 300 },
        {
          name: 'b',
          record: CURRENT,
          created: 130,
          ready: false,
          status: { state: { waiting: { reason: 'ErrImagePull' } } },
        },
      ],
      want: ['a fails'],
    },
    {
      what: 'the next one where that pod runs',
      given: [
        { ...OLD_FAILING, name: 'a' },
        { name: 'b', record: CURRENT, created: 5, status: running(2) },
      ],
      want: ['a fails'],
    },
  ])('replaces $what', ({ given, memory, want }) => {
    expect(plan(given, memory)).toEqual({ now: want, orphans: [] });
  });

  test('replaces no pod that nobody would make anew, and tells of those that fail', () => {
    expect(
      plan([
        { ...OLD_FAILING, owner: '' },
        { ...OLD_RUNNING, name: 'app-2', owner: '' },
      ]),
    ).toEqual({ now: [], orphans: ['app-1 fails'] });
  });
});
