import { describe, expect, test } from '@jest/globals';
import { admit, type NamespacePolicies, samePolicyEverywhere } from '../../../src/core/admission/admit.ts';
import type { ReviewRequest } from '../../../src/core/admission/review.ts';
import type { World } from '../../../src/core/admission/world.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';

const WORLD: World = {
  catalog: compileCatalog([], { mirrors: [], namespacedExemptions: true }),
  settings: {
    podAnnotations: true,
    record: true,
    runtime: { imageVolumePaths: 'unknown', emptyDirMode: true },
  },
};
const CREATE: ReviewRequest = {
  uid: 'u-1',
  operation: 'CREATE',
  namespace: 'shop',
  resource: 'pods',
  subResource: '',
  object: { spec: { containers: [{ name: 'web', image: 'nginx' }] } },
};
const ENFORCE = samePolicyEverywhere(
  readNamespacePolicy({ 'rootlock.dev/mode': 'enforce', 'rootlock.dev/privileged': 'deny' }).policy,
);
const DEBUGGED = {
  spec: {
    containers: [{ name: 'web', image: 'nginx', securityContext: { privileged: true } }],
    ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
  },
};
const DEBUGGED_PRIVILEGED = {
  spec: {
    containers: [],
    ephemeralContainers: [{ name: 'debug', image: 'busybox', securityContext: { privileged: true } }],
  },
};

describe('admit', () => {
  test.each<{ what: string; review: Partial<ReviewRequest>; policies?: NamespacePolicies; want: object }>([
    {
      what: 'leaves other resources alone',
      review: { resource: 'deployments.apps' },
      want: { reason: 'not-a-pod' },
    },
    {
      what: 'leaves updates alone, which would freeze the pod',
      review: { operation: 'UPDATE' },
      want: { reason: 'not-create' },
    },
    {
      what: 'leaves other subresources alone',
      review: { subResource: 'binding' },
      want: { reason: 'not-create' },
    },
    {
      what: 'leaves a namespace alone that is not known',
      review: {},
      policies: () => undefined,
      want: { reason: 'namespace-unknown' },
    },
    {
      what: 'leaves a namespace alone that has not opted in',
      review: {},
      policies: samePolicyEverywhere(readNamespacePolicy({}).policy),
      want: { reason: 'not-opted-in' },
    },
    { what: 'decides on a pod being created', review: {}, want: { kind: 'judged', mode: 'enforce' } },
    {
      what: 'only judges ephemeral containers, and only these',
      review: { operation: 'UPDATE', subResource: 'ephemeralcontainers', object: DEBUGGED },
      want: {
        kind: 'judged',
        operations: [],
        findings: [
          expect.objectContaining({ key: 'ephemeral-container', container: 'debug' }),
          expect.anything(),
        ],
      },
    },
    {
      what: 'denies a privileged ephemeral container where the namespace does',
      review: { operation: 'UPDATE', subResource: 'ephemeralcontainers', object: DEBUGGED_PRIVILEGED },
      want: { kind: 'denied', reason: 'privileged' },
    },
    {
      what: 'leaves a malformed ephemeral review alone',
      review: { operation: 'UPDATE', subResource: 'ephemeralcontainers', object: 7 },
      want: { reason: 'malformed-pod' },
    },
  ])('$what', ({ review, policies = ENFORCE, want }) => {
    expect(admit({ ...CREATE, ...review }, WORLD, policies, 0)).toMatchObject(want);
  });
});
