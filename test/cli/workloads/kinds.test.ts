import { describe, expect, test } from '@jest/globals';
import { POD_MAKERS, podMaker, podPointer, WORKLOADS } from '../../../src/cli/workloads/kinds.ts';

describe('podPointer', () => {
  test.each([
    ['v1', 'Pod', ''],
    ['v1', 'PodTemplate', '/template'],
    ['apps/v1', 'Deployment', '/spec/template'],
    ['apps/v1beta2', 'StatefulSet', '/spec/template'],
    ['extensions/v1beta1', 'DaemonSet', '/spec/template'],
    ['batch/v1beta1', 'CronJob', '/spec/jobTemplate/spec/template'],
    ['serving.knative.dev/v1', 'Service', undefined],
    ['apps.kruise.io/v1beta1', 'StatefulSet', undefined],
    ['batch.volcano.sh/v1alpha1', 'Job', undefined],
    ['v1', 'Service', undefined],
    ['', '', undefined],
  ])('finds the pod of a %s %s at %s', (apiVersion, kind, pointer) => {
    expect(podPointer(apiVersion, kind)).toBe(pointer);
  });
});

describe('podMaker', () => {
  test('names who makes the pods of a custom resource', () => {
    expect(podMaker('argoproj.io/v1alpha1', 'Rollout')).toBe('Argo Rollouts');
    expect(podMaker('argoproj.io/v1alpha1', 'CronWorkflow')).toBe('Argo Workflows');
    expect(podMaker('v1', 'Template')).toBe(podMaker('template.openshift.io/v1', 'Template'));
    expect(podMaker('example.com/v1', 'Rollout')).toBeUndefined();
  });
});

test('No kind stands in both tables, or twice in one', () => {
  const kinds = [
    ...WORKLOADS.flatMap(({ groups, kind }) => groups.map((group) => `${group}/${kind}`)),
    ...POD_MAKERS.flatMap(({ group, kinds: each }) => each.map((kind) => `${group}/${kind}`)),
  ];
  expect(new Set(kinds).size).toBe(kinds.length);
});
