/** Why a request is answered by an HTTP error instead of a review; the keys are metric labels. */
export const REFUSALS = {
  'not-post': { status: 405, headers: ['allow', 'POST'], text: 'A review is sent by POST.' },
  'no-certificate': {
    status: 401,
    headers: [],
    text: "Reviews are only taken from clients that show a certificate of the configured authority: give the API server one with an AdmissionConfiguration's kubeConfigFile.",
  },
  'wrong-certificate': {
    status: 403,
    headers: [],
    text: "The client certificate's name is not among those that may send reviews.",
  },
  encoded: {
    status: 415,
    headers: ['accept-encoding', 'identity'],
    text: 'A review is sent as it is, without Content-Encoding.',
  },
  'not-json-type': {
    status: 415,
    headers: [],
    text: 'A review is sent with Content-Type: application/json, in UTF-8.',
  },
  'too-large': { status: 413, headers: [], text: 'The review is larger than this server takes.' },
  overloaded: {
    status: 429,
    headers: ['retry-after', '1'],
    text: 'Too many reviews are under way; try again in a second.',
  },
  'not-json': { status: 400, headers: [], text: 'The body is not JSON in UTF-8.' },
  'too-deep': { status: 400, headers: [], text: 'The body nests deeper than any pod does.' },
  'no-review': { status: 400, headers: [], text: 'The body is no AdmissionReview of admission.k8s.io/v1.' },
} as const satisfies Record<string, { status: number; headers: readonly string[]; text: string }>;

export type Refusal = keyof typeof REFUSALS;
