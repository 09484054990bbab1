import { describe, expect, test } from '@jest/globals';
import { heal } from '../../../src/core/healing/heal.ts';
import { nothingLearned } from '../../../src/core/healing/learned-profile.ts';
import { NO_MEMORY } from '../../../src/core/healing/memory.ts';
import { subjectOf } from '../../../src/core/healing/patient.ts';
import { imagesOf, replacementPlan } from '../../../src/core/healing/replacements.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';
import { profileWith } from '../catalog/any-profile.ts';
import { CRASHED, crashing, NOW, type PodGiven, patientWith } from './observed.ts';

const REPOSITORY = 'registry.example.com/team/app';
const owner = (apiVersion: string, kind: string, name = 'web-1') => ({ apiVersion, kind, name });
const rootOf = (apiVersion: string, kind: string) => ({ apiVersion, kind, namespace: 'shop', name: 'web' });

/** Whom a failing pod belongs to, who is remembered and told of it, and who makes it anew. */
const KINDS: readonly {
  readonly kind: string;
  readonly owner: PodGiven['owner'] & {};
  readonly root?: PodGiven['root'] & {};
  readonly remembered: string;
  readonly replaced: 'evicted' | 'by its owner' | 'by nobody';
  readonly fails?: JsonObject;
  readonly phase?: string;
}[] = [
  {
    kind: 'a Deployment',
    owner: owner('apps/v1', 'ReplicaSet'),
    root: rootOf('apps/v1', 'Deployment'),
    remembered: 'deployment/web',
    replaced: 'evicted',
  },
  {
    kind: 'a bare ReplicaSet',
    owner: owner('apps/v1', 'ReplicaSet'),
    remembered: 'replicaset/web-1',
    replaced: 'evicted',
  },
  {
    kind: 'a ReplicationController',
    owner: owner('v1', 'ReplicationController'),
    remembered: 'replicationcontroller/web-1',
    replaced: 'evicted',
  },
  {
    kind: 'a StatefulSet',
    owner: owner('apps/v1', 'StatefulSet'),
    remembered: 'statefulset/web-1',
    replaced: 'evicted',
  },
  {
    kind: 'a DaemonSet',
    owner: owner('apps/v1', 'DaemonSet'),
    remembered: 'daemonset/web-1',
    replaced: 'evicted',
  },
  {
    kind: 'a Job whose containers are started again',
    owner: owner('batch/v1', 'Job'),
    remembered: 'job/web-1',
    replaced: 'evicted',
  },
  {
    kind: 'a Job whose pods fail once and for all',
    owner: owner('batch/v1', 'Job'),
    remembered: 'job/web-1',
    replaced: 'by its owner',
    fails: { state: CRASHED },
    phase: 'Failed',
  },
  {
    kind: 'a CronJob',
    owner: owner('batch/v1', 'Job'),
    root: rootOf('batch/v1', 'CronJob'),
    remembered: 'cronjob/web',
    replaced: 'by its owner',
    fails: { state: CRASHED },
    phase: 'Failed',
  },
  {
    kind: 'an operator',
    owner: owner('core.strimzi.io/v1beta2', 'StrimziPodSet'),
    remembered: 'strimzipodset/web-1',
    replaced: 'evicted',
  },
  { kind: 'nobody', owner: '', remembered: 'pod/app-1', replaced: 'by nobody' },
];

describe('a failing pod of', () => {
  test.each(KINDS)(
    '$kind: what it lacks is learned for $remembered, and it is replaced: $replaced',
    (row) => {
      const { owner: ownedBy, root, remembered, replaced, fails = crashing(2), phase = 'Running' } = row;
      const given: PodGiven & { log: string } = {
        owner: ownedBy,
        ...(root !== undefined && { root }),
        ready: false,
        phase,
        status: fails,
        record: { profiles: [], paths: ['/tmp'] },
        log: 'open /srv/app/state: read-only file system',
      };
      const failing = patientWith(given);
      const { learned, tellings } = heal({
        policy: readNamespacePolicy({ 'rootlock.dev/mode': 'enforce' }).policy,
        patients: [failing],
        learned: nothingLearned('shop', REPOSITORY),
        exemptions: [],
        taken: new Set(),
        programs: new Map(),
        limits: { attempts: 10, exemptMs: 1 },
        now: NOW,
      });
      expect(learned.paths.map(({ path }) => path)).toContain('/srv/app');
      expect([...learned.memory.keys()]).toEqual([remembered]);
      expect(tellings.map(({ reason, about }) => [reason, about.kind])).toEqual([
        ['Learned', subjectOf(failing).kind],
      ]);
      const { namespace, name, paths } = learned;
      const image = { repository: REPOSITORY, digests: [] };
      const known = profileWith({ namespace, name, paths, image, source: 'learned' });
      const patients = [patientWith({ ...given, profiles: [known] })];
      const plan = replacementPlan({
        patients,
        images: imagesOf(patients),
        memoryOf: () => NO_MEMORY,
        now: NOW,
      });
      expect([plan.now.length, plan.orphans.length]).toEqual([
        replaced === 'evicted' ? 1 : 0,
        replaced === 'by nobody' ? 1 : 0,
      ]);
    },
  );
});
