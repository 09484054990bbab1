import { isObject, type JsonObject, textOf } from '../json.ts';
import { auditAnnotationsFor } from './audit-annotations.ts';
import type { Decision } from './decision.ts';
import { warningsFor } from './warnings.ts';

/** The parts of an admission.k8s.io/v1 AdmissionReview request that we read. */
export type ReviewRequest = {
  readonly uid: string;
  /** `CREATE`, `UPDATE`, … */
  readonly operation: string;
  readonly namespace: string;
  /** The plural, with its group where it has one: `pods`, `deployments.apps`. */
  readonly resource: string;
  /** `ephemeralcontainers`, or '' for the pod itself. */
  readonly subResource: string;
  readonly object: unknown;
};

export type ReadReview =
  | { readonly kind: 'request'; readonly request: ReviewRequest }
  /** Whatever has a uid can be answered as a review; the rest only as an HTTP error. */
  | { readonly kind: 'malformed'; readonly uid: string | undefined; readonly problem: string };

export const REVIEW_VERSION = 'admission.k8s.io/v1';

export function readReview(body: unknown): ReadReview {
  const review = isObject(body) ? body : {};
  const request = isObject(review.request) ? review.request : {};
  const uid = textOf(request.uid) || undefined;
  const problem = problemOf(review, request, uid);
  if (problem !== undefined || uid === undefined) {
    return { kind: 'malformed', uid, problem: problem ?? 'request.uid is missing' };
  }
  return {
    kind: 'request',
    request: {
      uid,
      operation: textOf(request.operation) ?? '',
      namespace: textOf(request.namespace) ?? '',
      resource: resourceOf(request.resource),
      subResource: textOf(request.subResource) ?? '',
      object: request.object,
    },
  };
}

function problemOf(review: JsonObject, request: JsonObject, uid: string | undefined): string | undefined {
  if (review.kind !== 'AdmissionReview')
    return 'the body is no AdmissionReview: only the API server is to call this path';
  if (review.apiVersion !== REVIEW_VERSION) {
    return `the review is of ${textOf(review.apiVersion) ?? 'no version'}: set admissionReviewVersions to ["v1"] in the webhook configuration`;
  }
  if (!isObject(review.request)) return 'the review has no request';
  if (uid === undefined) return 'request.uid is missing';
  return isObject(request.resource) ? undefined : 'request.resource is missing';
}

function resourceOf(value: unknown): string {
  const resource = isObject(value) ? value : {};
  const group = textOf(resource.group);
  return `${textOf(resource.resource) ?? ''}${group ? `.${group}` : ''}`;
}

export type AnsweredReview = { readonly text: string; readonly patchBytes: number };

/** The AdmissionReview that answers a request: its uid, verdict, warnings, audit annotations and patch. */
export function answerReview(uid: string, decision: Decision): AnsweredReview {
  const response = { uid, ...verdictOf(decision), auditAnnotations: auditAnnotationsFor(decision) };
  const warnings = warningsFor(decision);
  const text = JSON.stringify({
    apiVersion: REVIEW_VERSION,
    kind: 'AdmissionReview',
    response: warnings.length > 0 ? { ...response, warnings } : response,
  });
  const patch = patchOf(decision);
  if (patch === undefined) return { text, patchBytes: 0 };
  // Most of the answer, and nothing in it to escape: set in before the two last braces, as it is.
  const fields = `,"patchType":"JSONPatch","patch":"${patch.toString('base64')}"`;
  return { text: `${text.slice(0, -2)}${fields}}}`, patchBytes: patch.length };
}

/** The answer to a review that cannot be understood: such a request is let through, and told what is wrong. */
export function malformedReviewFor(uid: string, problem: string, apiVersion: string): JsonObject {
  return {
    apiVersion,
    kind: 'AdmissionReview',
    response: { uid, allowed: true, warnings: [`rootlock: not looked at: ${problem}`] },
  };
}

function verdictOf(decision: Decision): JsonObject {
  switch (decision.kind) {
    case 'left-alone':
    case 'judged':
      return { allowed: true };
    case 'denied':
      return {
        allowed: false,
        status: { code: 403, reason: 'Forbidden', message: `rootlock: ${decision.message}` },
      };
  }
}

/** In audit mode the operations are only told, never sent. */
function patchOf(decision: Decision): Buffer | undefined {
  if (decision.kind !== 'judged' || decision.mode === 'audit') return undefined;
  return decision.operations.length > 0 ? Buffer.from(JSON.stringify(decision.operations)) : undefined;
}
