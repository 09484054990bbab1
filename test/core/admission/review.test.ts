import { describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/core/admission/decide.ts';
import type { Decision } from '../../../src/core/admission/decision.ts';
import { answerReview, malformedReviewFor, readReview } from '../../../src/core/admission/review.ts';
import { compileCatalog } from '../../../src/core/catalog/lookup.ts';
import { readNamespacePolicy } from '../../../src/core/policy/namespace-policy.ts';

const REVIEW = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'u-1',
    operation: 'CREATE',
    namespace: 'shop',
    resource: { group: '', version: 'v1', resource: 'pods' },
    object: { kind: 'Pod' },
  },
};

function answered(uid: string, decision: Decision) {
  return JSON.parse(answerReview(uid, decision).text);
}

describe('readReview', () => {
  test('reads what a decision needs', () => {
    expect(readReview(REVIEW)).toEqual({
      kind: 'request',
      request: {
        uid: 'u-1',
        operation: 'CREATE',
        namespace: 'shop',
        resource: 'pods',
        subResource: '',
        object: { kind: 'Pod' },
      },
    });
  });

  test('names a resource with its group', () => {
    const resource = { group: 'apps', version: 'v1', resource: 'deployments' };
    expect(readReview({ ...REVIEW, request: { ...REVIEW.request, resource } })).toMatchObject({
      request: { resource: 'deployments.apps' },
    });
  });

  test.each([
    { what: 'no object', body: null, uid: undefined, problem: /no AdmissionReview/ },
    { what: 'another kind', body: { kind: 'Pod' }, uid: undefined, problem: /no AdmissionReview/ },
    {
      what: 'v1beta1',
      body: { ...REVIEW, apiVersion: 'admission.k8s.io/v1beta1' },
      uid: 'u-1',
      problem: /admissionReviewVersions to \["v1"\]/,
    },
    { what: 'no version', body: { ...REVIEW, apiVersion: 7 }, uid: 'u-1', problem: /of no version/ },
    { what: 'no request', body: { ...REVIEW, request: undefined }, uid: undefined, problem: /no request/ },
    {
      what: 'no uid',
      body: { ...REVIEW, request: { ...REVIEW.request, uid: '' } },
      uid: undefined,
      problem: /uid is missing/,
    },
    {
      what: 'no resource',
      body: { ...REVIEW, request: { uid: 'u-1' } },
      uid: 'u-1',
      problem: /resource is missing/,
    },
  ])('refuses $what and says why', ({ body, uid, problem }) => {
    expect(readReview(body)).toEqual({ kind: 'malformed', uid, problem: expect.stringMatching(problem) });
  });
});

describe('answerReview', () => {
  test('lets a pod through that is left alone', () => {
    const decision: Decision = { kind: 'left-alone', reason: 'not-opted-in', because: '' };
    expect(answered('u-1', decision)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: 'u-1',
        allowed: true,
        auditAnnotations: { decision: 'left-alone', reason: 'not-opted-in' },
      },
    });
  });

  test('denies with 403 and the sentence that helps', () => {
    const decision: Decision = { kind: 'denied', reason: 'privileged', message: 'remove it', findings: [] };
    expect(answered('u-1', decision)).toMatchObject({
      response: {
        allowed: false,
        status: { code: 403, reason: 'Forbidden', message: 'rootlock: remove it' },
      },
    });
  });
});

describe('answerReview a pod that was judged', () => {
  const judged = (mode: 'audit' | 'enforce') =>
    decide(
      {
        pod: POD,
        namespace: 'shop',
        policy: readNamespacePolicy({ 'rootlock.dev/mode': mode }).policy,
        policyProblems: [],
        now: 0,
      },
      {
        catalog: compileCatalog([], { mirrors: [], namespacedExemptions: true }),
        settings: {
          podAnnotations: true,
          record: false,
          runtime: { imageVolumePaths: 'unknown', emptyDirMode: false },
        },
      },
    );
  const POD = {
    metadata: { annotations: { 'rootlock.dev/writable-paths.web': '/tmp' } },
    spec: {
      containers: [
        { name: 'web', image: 'app', securityContext: { privileged: true } },
        { name: 'side', image: 'other' },
      ],
    },
  };

  test('sends the patch, and tells the audit log what was done', () => {
    const { response } = answered('u-1', judged('enforce'));
    expect(JSON.parse(Buffer.from(String(response.patch), 'base64').toString())).toEqual(
      expect.arrayContaining([
        { op: 'add', path: '/spec/containers/0/securityContext/readOnlyRootFilesystem', value: true },
      ]),
    );
    expect(response).toMatchObject({
      allowed: true,
      patchType: 'JSONPatch',
      auditAnnotations: {
        decision: 'hardened',
        containers: 'web=hardened; side=unknown-image',
        findings: 'web=privileged; side=writable-root; side=privilege-escalation',
      },
    });
  });

  test('sends no patch in audit mode', () => {
    const { response } = answered('u-1', judged('audit'));
    expect(response).not.toHaveProperty('patch');
    expect(response).toMatchObject({ allowed: true, auditAnnotations: { decision: 'audited' } });
  });
});

test('malformedReviewFor answers in the version that was asked, and lets through', () => {
  expect(malformedReviewFor('u-1', 'too old', 'admission.k8s.io/v1beta1')).toEqual({
    apiVersion: 'admission.k8s.io/v1beta1',
    kind: 'AdmissionReview',
    response: { uid: 'u-1', allowed: true, warnings: ['rootlock: not looked at: too old'] },
  });
});
