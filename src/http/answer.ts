import { isUtf8 } from 'node:buffer';
import type { Decision } from '../core/admission/decision.ts';
import {
  answerReview,
  malformedReviewFor,
  REVIEW_VERSION,
  type ReviewRequest,
  readReview,
} from '../core/admission/review.ts';
import { isObject, textOf } from '../core/json.ts';
import type { Log } from '../log.ts';
import { summarise } from './decision-summary.ts';
import { nestsDeeper } from './json-brackets.ts';
import type { Refusal } from './refusal.ts';
import type { RepeatedPods, Reviewed } from './repeated-pods.ts';
import { reviewText } from './review-text.ts';

/** Where a review came in: `mutate` may answer with a patch, `judge` never does (a validating webhook must not). */
export type Route = 'mutate' | 'judge';

/**
 * The decision on a review: at once where it can be, from what is in memory, or a moment later. It may throw or
 * reject: that is then answered as `onError` says.
 */
export type Admit = (request: ReviewRequest, route: Route) => Decision | Promise<Decision>;

export type Answer =
  | Reviewed
  /** A review that could not be understood, but has a uid to be answered to. */
  | { readonly kind: 'malformed'; readonly text: string; readonly problem: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly detail: string };

export type AnswerOptions = {
  readonly admit: Admit;
  readonly repeated: RepeatedPods;
  readonly onError: 'admit' | 'deny';
  readonly log: Log;
  /** Told of each failure of ours, for the metric. */
  readonly failed: () => void;
};

/** Deeper than any pod (some 15 levels), and no depth at which a recursive function would overflow. */
const MAX_DEPTH = 64;

/**
 * Only larger bodies have their depth looked at, which would be a tenth of a usual review's cost: smaller ones are
 * parsed in milliseconds however they nest, nothing of ours recurses, and where JSON.stringify overflows on what it
 * copies from the pod, that is a failure as any other.
 */
const USUAL_BYTES = 32 * 1024;

/** Makes the function from a whole body to its answer. It never throws or rejects. */
export function createAnswer({ admit, repeated, onError, log, failed }: AnswerOptions) {
  const reviewSafely = (request: ReviewRequest, { route, withEnv }: Asked): Answer | Promise<Answer> => {
    const decided = (decision: Decision) =>
      withEnv && setsVariables(decision)
        ? answerText(withEnv(), { route })
        : review(request, withoutPatch(decision, route));
    const notDecided = (error: unknown) => {
      failed();
      const { uid, namespace } = request;
      log.error('deciding failed', { uid, namespace, onError, ...about(error) });
      return review(request, failure(onError));
    };
    try {
      const decision = admit(request, route);
      return decision instanceof Promise ? decision.then(decided).catch(notDecided) : decided(decision);
    } catch (error) {
      return notDecided(error);
    }
  };
  const answerText = (text: string, asked: Asked): Answer | Promise<Answer> => {
    const json = parse(text);
    if (json === undefined) return refused('not-json');
    const read = readReview(json);
    if (read.kind === 'request') return reviewSafely(read.request, asked);
    if (read.uid === undefined) return refused('no-review', read.problem);
    const version = (isObject(json) && textOf(json.apiVersion)) || REVIEW_VERSION;
    const answer = malformedReviewFor(read.uid, read.problem, version);
    return { kind: 'malformed', text: JSON.stringify(answer), problem: read.problem };
  };
  return (body: Buffer, route: Route): Answer | Promise<Answer> => {
    if (!isUtf8(body)) return refused('not-json');
    if (body.length > USUAL_BYTES && nestsDeeper(body, MAX_DEPTH)) return refused('too-deep');
    const text = reviewText(body, 'without-env');
    let shape = route === 'mutate' ? repeated.shapeOf(text) : undefined;
    const before = shape && repeated.recall(shape);
    if (before) return before;
    const withEnv = () => {
      shape = undefined;
      return reviewText(body, 'with-env');
    };
    const answer = answerText(text, { route, withEnv });
    if (shape && isSettled(answer)) repeated.remember(shape, answer);
    return answer;
  };
}

type Asked = {
  readonly route: Route;
  /** The text of the review with the variables of its containers, which is left to be read. */
  readonly withEnv?: () => string;
};

/** Hardly a profile sets variables; where one does, those that the pod sets itself have to be read after all. */
function setsVariables(decision: Decision): boolean {
  if (decision.kind !== 'judged') return false;
  return decision.containers.some((each) => each.kind === 'hardened' && each.plan.env.length > 0);
}

/** Whether an answer would be the same a moment later: nothing was waited for, and nothing failed. */
function isSettled(answer: Answer | Promise<Answer>): answer is Reviewed {
  if (answer instanceof Promise || answer.kind !== 'review') return false;
  return answer.summary.reason !== 'internal-error';
}

/** Undefined where it is no JSON, which is never undefined itself. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(refusal: Refusal, detail = ''): Answer {
  return { kind: 'refused', refusal, detail };
}

function review({ uid, namespace, object }: ReviewRequest, decision: Decision): Answer {
  const { text, patchBytes } = answerReview(uid, decision);
  const summary = summarise(decision);
  return { kind: 'review', uid, text, namespace, pod: podName(object), summary, patchBytes };
}

function podName(pod: unknown): string {
  const metadata = isObject(pod) && isObject(pod.metadata) ? pod.metadata : {};
  return textOf(metadata.name) || textOf(metadata.generateName) || '';
}

function withoutPatch(decision: Decision, route: Route): Decision {
  return route === 'judge' && decision.kind === 'judged' ? { ...decision, operations: [] } : decision;
}

function failure(onError: 'admit' | 'deny'): Decision {
  const because = "the webhook's log has the error, by the uid of the review";
  if (onError === 'admit') return { kind: 'left-alone', reason: 'internal-error', because };
  return {
    kind: 'denied',
    reason: 'internal-error',
    message: `Rootlock failed on this pod; ${because}`,
    findings: [],
  };
}

function about(error: unknown) {
  return error instanceof Error ? { error, stack: error.stack } : { error: String(error) };
}
