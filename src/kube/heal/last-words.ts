import { runsOf } from '../../core/healing/log-reads.ts';
import { recordsOf } from '../../core/healing/patient.ts';
import { readLog } from '../../core/learning/read-log.ts';
import { keyOf } from '../../core/object-reference.ts';
import type { ObservedContainer, ObservedPod } from '../../core/observed/observed-pod.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import type { LogBook } from './log-book.ts';
import type { LogBudget } from './log-budget.ts';
import { followPodLog } from './pod-logs.ts';

/** Listens to pods that are being deleted: some programs write what they hold in memory only then. */
export type LastWords = {
  /** A pod has begun to end. */
  readonly listen: (pod: ObservedPod) => void;
  /** Pods of a namespace that have had last words, for a while. */
  readonly of: (namespace: string) => readonly ObservedPod[];
  /** Whether a pod is listened to, or kept for what it said. */
  readonly has: (uid: string) => boolean;
};

export type LastWordsOptions = {
  readonly api: Api;
  readonly book: LogBook;
  readonly budget: LogBudget;
  readonly maxBytes: number;
  /** Told when something was heard that may concern the namespace. */
  readonly heard: (namespace: string) => void;
  readonly now: () => number;
  readonly log: Log;
  readonly stop: AbortSignal;
};

/** Logs that are followed at once. */
const MOST = 16;
/** The usual time to end, and a little more. */
const LISTEN_MS = 40_000;
const KEEP_MS = 60_000;

export function createLastWords(options: LastWordsOptions): LastWords {
  const { api, book, budget, maxBytes, heard, now, log, stop } = options;
  const kept = new Map<string, { readonly pod: ObservedPod; readonly until: number }>();
  const listening = new Set<string>();
  let following = 0;

  const follow = async (pod: ObservedPod, container: ObservedContainer) => {
    const request = {
      namespace: pod.namespace,
      pod: pod.name,
      container: container.name,
      previous: false,
      sinceSeconds: 2,
    };
    const answer = await followPodLog(api, request, { maxBytes, forMs: LISTEN_MS, stop });
    if (answer.kind === 'none') return;
    const evidence = readLog(answer.text);
    const run = runsOf(pod, container).at(-1);
    if (evidence.length === 0 || run === undefined) return;
    book.note(run, evidence, Number.POSITIVE_INFINITY);
    kept.set(pod.uid, { pod, until: now() + KEEP_MS });
    heard(pod.namespace);
  };

  const listenTo = async (pod: ObservedPod, container: ObservedContainer) => {
    following += 1;
    try {
      await follow(pod, container);
    } catch (error) {
      if (!stop.aborted) log.debug('following a log failed', { pod: keyOf(pod), error: asError(error) });
    } finally {
      following -= 1;
    }
  };

  return {
    listen: (pod) => {
      const records = recordsOf(pod);
      const followed: Promise<void>[] = [];
      for (const container of pod.containers) {
        if (!records.has(container.name) || container.state.kind !== 'running') continue;
        if (following >= MOST || !budget.take(pod.namespace)) break;
        followed.push(listenTo(pod, container));
      }
      if (followed.length === 0) return;
      listening.add(pod.uid);
      void Promise.all(followed).finally(() => listening.delete(pod.uid));
    },
    of: (namespace) => {
      for (const [uid, { until }] of kept) if (until <= now()) kept.delete(uid);
      return [...kept.values()].map(({ pod }) => pod).filter((pod) => pod.namespace === namespace);
    },
    has: (uid) => listening.has(uid) || (kept.get(uid)?.until ?? 0) > now(),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
