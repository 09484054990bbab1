import type { JsonObject } from '../json.ts';
import type { Decision } from './decision.ts';

/** The parts of an admission.k8s.io/v1 AdmissionReview request that we read. */
export type ReviewRequest = {
  readonly uid: string;
  readonly operation: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subResource: string;
  readonly object: unknown;
  readonly dryRun: boolean;
};

export type ReadReview =
  | { readonly kind: 'request'; readonly request: ReviewRequest }
  | { readonly kind: 'malformed'; readonly uid: string | undefined; readonly problem: string };

export function readReview(_body: unknown): ReadReview {
  throw new Error('not built yet');
}

/** The AdmissionReview that answers a request: its uid, verdict, patch, warnings and audit annotations. */
export function reviewFor(_uid: string, _decision: Decision): JsonObject {
  throw new Error('not built yet');
}
