import { fnv1a } from '../core/fnv1a.ts';
import type { DecisionSummary } from './decision-summary.ts';

/** A review that was answered, and what log and metrics are told of it. */
export type Reviewed = {
  readonly kind: 'review';
  readonly uid: string;
  /** The answer. */
  readonly text: string;
  readonly namespace: string;
  readonly pod: string;
  readonly summary: DecisionSummary;
  readonly patchBytes: number;
};

/**
 * The answers to pods that came a moment ago. What a Deployment makes differs in nothing that decides: the API server
 * gives each review another uid and each pod's token volume another name, and what is not read is cut out before. So the
 * text that is left is looked up, and where it was there a moment ago, it is neither parsed nor decided on again.
 */
export type RepeatedPods = {
  /** What a pod has in common with others; undefined where none came before it that was named alike. */
  readonly shapeOf: (review: string) => ReviewShape | undefined;
  readonly recall: (shape: ReviewShape) => Reviewed | undefined;
  /** Only for what was made from nothing but the review, the revision, and the time. */
  readonly remember: (shape: ReviewShape, reviewed: Reviewed) => void;
};

export type ReviewShape = {
  readonly uid: string;
  /** The review from behind its uid on, without the name of the pod's token volume. */
  readonly common: string;
  /** The name of the pod's token volume, which is in no answer that is remembered; '' where it has none. */
  readonly token: string;
};

export type RepeatedPodsOptions = {
  /** Changes with everything that decisions are made from besides the review. */
  readonly revision: () => number;
  /** Milliseconds. */
  readonly now: () => number;
};

/** Profiles may expire: they count for so much longer at most. */
const LIFETIME_MS = 5_000;
/** Characters of reviews and answers together. */
const MAX_TOTAL = 2 * 1024 * 1024;
/** What pods were named after. */
const MAX_NAMES = 1_000;
/** Of one review. Larger ones are seldom of a pod that is made again and again. */
const MAX_LENGTH = 64 * 1024;

export function createRepeatedPods({ revision, now }: RepeatedPodsOptions): RepeatedPods {
  const known = new Map<string, readonly [beforeUid: string, afterUid: string, reviewed: Reviewed]>();
  const names = new Set<number>();
  let total = 0;
  let madeFrom = revision();
  let forgetAt = 0;

  const forgetWhatIsOld = () => {
    if (madeFrom === revision() && now() < forgetAt && total < MAX_TOTAL) return;
    known.clear();
    total = 0;
    madeFrom = revision();
    forgetAt = now() + LIFETIME_MS;
  };
  return {
    shapeOf(review) {
      if (review.length > MAX_LENGTH) return undefined;
      const name = generateNameOf(review);
      if (name === undefined) return undefined;
      if (names.has(name)) return shapeOf(review);
      if (names.size >= MAX_NAMES) names.clear();
      names.add(name);
      return undefined;
    },
    recall({ uid, common }) {
      forgetWhatIsOld();
      const found = known.get(common);
      if (found === undefined) return undefined;
      const [before, after, reviewed] = found;
      return { ...reviewed, uid, text: before + uid + after };
    },
    remember({ uid, common, token }, reviewed) {
      const { text, pod } = reviewed;
      const [before = '', after, ...more] = text.split(uid);
      if (after === undefined || more.length > 0) return;
      if (token !== '' && (text.includes(token) || pod === token)) return;
      forgetWhatIsOld();
      known.set(common, [before, after, reviewed]);
      total += common.length + text.length;
    },
  };
}

const GENERATE_NAME = '"generateName":"';

/**
 * What the API server makes the pod's name of, which is one for all pods of an owner. A number, for a piece of the review
 * would keep the whole of it in memory; and where two are taken for one, nothing is lost but time.
 */
function generateNameOf(review: string): number | undefined {
  const found = review.indexOf(GENERATE_NAME);
  if (found === -1) return undefined;
  const start = found + GENERATE_NAME.length;
  return fnv1a(review.slice(start, review.indexOf('"', start)));
}

/** As the API server writes it: the uid comes first. */
const START =
  /^\{"kind":"AdmissionReview","apiVersion":"admission\.k8s\.io\/v1","request":\{"uid":"([0-9a-f-]{36})"/;

/**
 * The volume that the API server makes for a pod's token (its ServiceAccount admission), wherever it is named. This is
 * never part of a string of the review, where the quotes would be escaped.
 */
const TOKEN_VOLUME = /"name":"(kube-api-access-[a-z0-9]{5})"/;

/** In no review: a string of JSON has no line break. */
const ANY_TOKEN_VOLUME = '"name":"\n"';

/** Undefined where a review is not as the API server writes it. */
function shapeOf(review: string): ReviewShape | undefined {
  const start = START.exec(review);
  if (start === null) return undefined;
  const [head, uid = ''] = start;
  const rest = review.slice(head.length);
  if (rest.includes(ANY_TOKEN_VOLUME)) return undefined;
  const [named, token = ''] = TOKEN_VOLUME.exec(rest) ?? [];
  const common = named === undefined ? rest : rest.replaceAll(named, ANY_TOKEN_VOLUME);
  return { uid, common, token };
}
