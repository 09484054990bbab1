import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { observePod } from '../../../src/core/observed/observed-pod.ts';
import { workloadsOf } from '../../../src/core/rollout/workloads.ts';
import type { PodUsage } from '../../../src/core/usage/pod-usage.ts';

function controlledBy(kind: string, name: string): JsonObject {
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return { ownerReferences: [{ apiVersion, kind, name, uid: name, controller: true }] };
}

function object(kind: string, name: string, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'shop', ...metadata } };
}

const PODS: Readonly<Record<string, JsonObject>> = {
  'web-1-a': controlledBy('ReplicaSet', 'web-1'),
  'web-1-b': controlledBy('ReplicaSet', 'web-1'),
  'bare-a': controlledBy('ReplicaSet', 'bare'),
  'db-0': controlledBy('StatefulSet', 'db'),
  'kafka-0': controlledBy('StrimziPodSet', 'kafka'),
  'job-a': controlledBy('Job', 'job'),
  alone: {},
};

test('pods belong to whom a person would look for; those of Jobs and those of nobody to none', () => {
  const observed = new Map(
    Object.entries(PODS).map(([name, metadata]) => [
      `shop/${name}`,
      observePod({ metadata: { name, namespace: 'shop', ...metadata } }),
    ]),
  );
  const usages = [...observed.keys()].map((key): PodUsage => {
    return { key, uid: key, namespace: 'shop', ownerKey: '', created: 0, containers: [] };
  });
  const owners = [
    object('Deployment', 'web'),
    object('ReplicaSet', 'web-1', controlledBy('Deployment', 'web')),
    object('ReplicaSet', 'bare'),
    object('StatefulSet', 'db'),
    object('Deployment', 'scaled-to-nothing'),
    object('Deployment', 'begun', {
      annotations: { 'rootlock.dev/rollout': '{"at":"2026-11-23T09:00:00Z"}' },
    }),
  ];
  const workloads = workloadsOf(owners, usages, (key) => observed.get(key));
  const told = workloads.map(({ owner, pods }) => [
    `${owner.reference.kind}/${owner.reference.name}`,
    owner.way,
    ...pods.map(({ usage }) => usage.key.slice(5)),
  ]);
  expect(told.toSorted()).toEqual([
    ['Deployment/begun', 'restart'],
    ['Deployment/web', 'restart', 'web-1-a', 'web-1-b'],
    ['ReplicaSet/bare', 'evict', 'bare-a'],
    ['StatefulSet/db', 'restart', 'db-0'],
    ['StrimziPodSet/kafka', 'evict', 'kafka-0'],
  ]);
});
