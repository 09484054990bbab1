import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/core/json.ts';
import { observePod } from '../../../src/core/observed/observed-pod.ts';
import { ApiError } from '../../../src/kube/api.ts';
import { createJobForgiveness } from '../../../src/kube/heal/job-forgiveness.ts';

function podOf(kind: string, apiVersion = 'batch/v1') {
  return observePod({
    metadata: {
      name: 'report-1-x',
      namespace: 'shop',
      ownerReferences: [{ apiVersion, kind, name: 'report-1', uid: 'uid-1', controller: true }],
    },
    spec: { restartPolicy: 'Never', containers: [] },
  });
}

async function asked(spec: JsonObject | undefined, pod = podOf('Job')): Promise<boolean> {
  const paths: string[] = [];
  const forgiveness = createJobForgiveness({
    json: async ({ path }) => {
      paths.push(path);
      if (spec === undefined) throw new ApiError('no such Job', 404, 'NotFound', undefined);
      return { spec };
    },
  });
  await forgiveness.ask([pod, pod]);
  expect(paths).toEqual(pod.owner?.kind === 'Job' ? ['/apis/batch/v1/namespaces/shop/jobs/report-1'] : []);
  return forgiveness.of(pod);
}

describe('a Job', () => {
  test.each<{ what: string; spec: JsonObject | undefined; want: boolean }>([
    { what: 'that says nothing', spec: {}, want: true },
    { what: 'with a backoffLimit of 3', spec: { backoffLimit: 3 }, want: true },
    { what: 'with a backoffLimit of 2', spec: { backoffLimit: 2 }, want: false },
    { what: 'with a backoffLimit of 0', spec: { backoffLimit: 0 }, want: false },
    { what: 'with a deadline', spec: { activeDeadlineSeconds: 600 }, want: false },
    { what: 'with a policy for failures', spec: { podFailurePolicy: { rules: [] } }, want: false },
    { what: 'with a limit of each index', spec: { backoffLimitPerIndex: 1 }, want: false },
    { what: 'that is gone', spec: undefined, want: false },
  ])('$what forgives a failure: $want; it is asked for once', async ({ spec, want }) => {
    expect(await asked(spec)).toBe(want);
  });

  test('is none where the owner of a pod is something else', async () => {
    expect(await asked({}, podOf('Workflow', 'argoproj.io/v1alpha1'))).toBe(false);
  });
});
