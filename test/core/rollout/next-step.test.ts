import { describe, expect, test } from '@jest/globals';
import { nextStep, type Workload, type WorkloadPod } from '../../../src/core/rollout/next-step.ts';
import type { Owner } from '../../../src/core/rollout/owner.ts';
import type { ContainerUsage } from '../../../src/core/usage/pod-usage.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');
const TIMEOUT = 600_000;
const MISSED = { reason: 'before-opt-in', missing: ['/data'] } as const;
const LACKING = 'app root /data';

function owner(name: string, more: Partial<Owner> = {}): Owner {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name };
  return { reference, resourceVersion: '7', way: 'restart', paused: false, settled: true, ...more };
}

function pod(
  name: string,
  more: Partial<ContainerUsage> = {},
  of: Partial<WorkloadPod> = {},
  age = 3_600_000,
): WorkloadPod {
  const container: ContainerUsage = {
    container: 'app',
    image: 'app:1',
    profiles: ['app'],
    hardened: false,
    because: '',
    missing: [],
    failing: false,
    ...more,
  };
  const usage = {
    key: `shop/${name}`,
    uid: name,
    namespace: 'shop',
    ownerKey: 'shop/ReplicaSet/web',
    created: NOW - age,
    containers: [container],
  };
  return { usage, ready: true, ...of };
}

const restart = { at: NOW - 60_000, failing: 0, lacking: LACKING };
const before = pod('a', MISSED);
/** Made since the restart, and as it should be. */
const since = (more: Partial<ContainerUsage> = {}, of: Partial<WorkloadPod> = {}) =>
  pod('b', { hardened: true, ...more }, of, 30_000);

type Case = { readonly when: string; readonly workloads: readonly Workload[]; readonly step: object };

const CASES: readonly Case[] = [
  {
    when: 'no pod lacks anything',
    workloads: [{ owner: owner('web'), pods: [since()] }],
    step: { kind: 'nothing' },
  },
  {
    when: 'pods of an owner with a template lack something: it is restarted, and what they lack is written down',
    workloads: [{ owner: owner('web'), pods: [since(), before] }],
    step: { kind: 'restart', owner: owner('web'), restart: { at: NOW, failing: 0, lacking: LACKING } },
  },
  {
    when: 'two owners have such pods: the first by name',
    workloads: [
      { owner: owner('b'), pods: [before] },
      { owner: owner('a'), pods: [before] },
    ],
    step: { kind: 'restart', owner: owner('a') },
  },
  {
    when: 'its pods are evicted one by one, since it has no template: the oldest first',
    workloads: [
      {
        owner: owner('bare', { way: 'evict' }),
        pods: [pod('young', MISSED, {}, 1_000), pod('old', MISSED, {}, 9_000)],
      },
    ],
    step: { kind: 'evict', pod: 'shop/old' },
  },
  {
    when: 'a person has paused it',
    workloads: [{ owner: owner('web', { paused: true }), pods: [before] }],
    step: { kind: 'nothing' },
  },
  {
    when: 'it is being rolled out by somebody else',
    workloads: [{ owner: owner('web', { settled: false }), pods: [before] }],
    step: { kind: 'nothing' },
  },
  {
    when: 'one of its pods fails already: that would not be told from what the restart did',
    workloads: [{ owner: owner('web'), pods: [before, pod('c', { ...MISSED, failing: true })] }],
    step: { kind: 'nothing' },
  },
  {
    when: 'one of its pods is not ready',
    workloads: [{ owner: owner('web'), pods: [pod('c', MISSED, { ready: false })] }],
    step: { kind: 'nothing' },
  },
  {
    when: 'a restarted owner still has old pods: no other is begun with',
    workloads: [
      { owner: owner('a'), pods: [before] },
      { owner: owner('b', { restart }), pods: [since(), before] },
    ],
    step: { kind: 'wait', owner: owner('b', { restart }) },
  },
  {
    when: 'its new pods are not ready yet',
    workloads: [{ owner: owner('b', { restart }), pods: [since({}, { ready: false })] }],
    step: { kind: 'wait' },
  },
  {
    when: 'they are not ready in time',
    workloads: [
      {
        owner: owner('b', { restart: { ...restart, at: NOW - TIMEOUT } }),
        pods: [since({}, { ready: false })],
      },
    ],
    step: { kind: 'stop', because: 'its new pods did not get ready in time' },
  },
  {
    when: 'a new pod fails: that is the end of it, though others wait',
    workloads: [
      { owner: owner('a', { restart }), pods: [since({}, { ready: false })] },
      { owner: owner('b', { restart }), pods: [since({ failing: true })] },
      { owner: owner('c'), pods: [before] },
    ],
    step: { kind: 'stop', because: 'the container app of shop/b fails' },
  },
  {
    when: 'no more pods fail than did before',
    workloads: [
      {
        owner: owner('b', { restart: { ...restart, failing: 1 } }),
        pods: [since({ failing: true }, { ready: false })],
      },
    ],
    step: { kind: 'wait' },
  },
  {
    when: 'its new pods lack what the old ones lacked: the webhook is not called',
    workloads: [{ owner: owner('b', { restart }), pods: [pod('b', MISSED, {}, 30_000)] }],
    step: { kind: 'stop', because: 'its new pods lack the same as before: is the webhook called for them?' },
  },
  {
    when: 'its new pods are as they should be',
    workloads: [
      { owner: owner('a'), pods: [before] },
      { owner: owner('b', { restart }), pods: [since()] },
    ],
    step: { kind: 'finish', owner: owner('b', { restart }) },
  },
  {
    when: 'it was scaled to nothing meanwhile',
    workloads: [{ owner: owner('b', { restart }), pods: [] }],
    step: { kind: 'finish' },
  },
  {
    when: 'a pod that took the place of an evicted one fails: no further one is evicted',
    workloads: [{ owner: owner('bare', { way: 'evict' }), pods: [before, since({ failing: true })] }],
    step: { kind: 'stop', because: 'the container app of shop/b fails' },
  },
  {
    when: 'a pod that took the place of an evicted one lacks the same: the webhook is not called, and no other one is evicted',
    workloads: [
      {
        owner: owner('bare', { way: 'evict' }),
        pods: [before, pod('b', { ...MISSED, reason: 'missed-admission' }, {}, 30_000)],
      },
    ],
    step: { kind: 'nothing' },
  },
  {
    when: 'its pods were made without the webhook long ago, which may have been away',
    workloads: [
      {
        owner: owner('bare', { way: 'evict' }),
        pods: [pod('b', { ...MISSED, reason: 'missed-admission' }, {}, TIMEOUT)],
      },
    ],
    step: { kind: 'evict', pod: 'shop/b' },
  },
  {
    when: 'all its pods have been made anew, and one fails',
    workloads: [{ owner: owner('bare', { way: 'evict' }), pods: [since({ failing: true })] }],
    step: { kind: 'nothing' },
  },
];

describe('the next step of a rollout, when', () => {
  test.each(CASES)('$when', ({ workloads, step }) => {
    expect(nextStep({ workloads, now: NOW, timeoutMs: TIMEOUT })).toMatchObject(step);
  });
});
