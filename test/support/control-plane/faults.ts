import type { ApiVerb } from './api-verb.ts';

/** How the proxy treats a request instead of passing it on. */
export type Fault =
  /** An error of the API server's: a Status object with this code. */
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfterSeconds?: number }
  /** For watches: opens, then says 410 in an ERROR event, as the server does for a version that is too old. */
  | { readonly kind: 'expired-watch' }
  /** For watches: opens, then sends half an event. */
  | { readonly kind: 'garbled-watch' }
  /** Takes the request and never answers. */
  | { readonly kind: 'silent' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'cut' }
  /** Passes it on, later. */
  | { readonly kind: 'delay'; readonly ms: number };

/** Which requests; what is left out is not looked at. A path given as text is a prefix. */
export type Match = { readonly verb?: ApiVerb | readonly ApiVerb[]; readonly path?: string | RegExp };

export type SeenRequest = {
  readonly verb: ApiVerb;
  readonly path: string;
  readonly query: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What the client got; undefined as long as it has got nothing. */
  readonly status: number | undefined;
};

export function matches({ verb, path }: Pick<SeenRequest, 'verb' | 'path'>, match: Match): boolean {
  if (match.verb !== undefined && ![match.verb].flat().includes(verb)) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string' ? path.startsWith(match.path) : match.path.test(path);
}

/** The object that the API server answers with when it does not do as asked. */
export function statusObject(code: number): Record<string, unknown> {
  const reason = reasons[code] ?? 'Unknown';
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `the fault proxy was told to answer ${code}`,
    reason,
    code,
  };
}

/** One line of a watch, which ends it: the client has to list anew. */
export function expiredEvent(): string {
  return `${JSON.stringify({ type: 'ERROR', object: statusObject(410) })}\n`;
}

/** A line of a watch that is no JSON. */
export const garbledEvent = '{"type":"MODIFIED","object":{"meta\n';

/** From apimachinery's `metav1.StatusReason`. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
