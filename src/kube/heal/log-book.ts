import { type Run, runKey, runsOf } from '../../core/healing/log-reads.ts';
import type { Evidence } from '../../core/learning/evidence.ts';
import type { ObservedContainer, ObservedPod } from '../../core/observed/observed-pod.ts';

/** What the logs told, as far as they were read. It saves reading: who has none, reads anew. */
export type LogBook = {
  readonly evidenceOf: (pod: ObservedPod, container: ObservedContainer) => readonly Evidence[];
  /** Whether the logs of all its runs that have ended were read, or could not be, again and again. */
  readonly heardOf: (pod: ObservedPod, container: ObservedContainer) => boolean;
  /** The age of the run when its log was last read, in milliseconds; Infinity where it was read to its end. */
  readonly readAt: (run: Run) => number | undefined;
  readonly note: (run: Run, evidence: readonly Evidence[], age: number) => void;
  /** The log of a run could not be read. */
  readonly noteFailure: (run: Run) => void;
  /** The pod is gone. */
  readonly forget: (uid: string) => void;
};

/** Things that one run's log tells and that are kept. */
const MOST = 64;

export function createLogBook(): LogBook {
  const pods = new Map<string, Map<string, Entry>>();
  const entryOf = (run: Run) => pods.get(run.pod.uid)?.get(runKey(run));
  return {
    evidenceOf: (pod, container) => runsOf(pod, container).flatMap((run) => entryOf(run)?.evidence ?? []),
    heardOf: (pod, container) => runsOf(pod, container).every((run) => !run.ended || isHeard(entryOf(run))),
    readAt: (run) => entryOf(run)?.age,
    note: (run, evidence, age) => {
      const entries = pods.get(run.pod.uid) ?? new Map<string, Entry>();
      const { evidence: known, failures } = entries.get(runKey(run)) ?? UNREAD;
      entries.set(runKey(run), { evidence: together(known, evidence), age, failures });
      pods.set(run.pod.uid, withoutOldRuns(entries, run));
    },
    noteFailure: (run) => {
      const entries = pods.get(run.pod.uid) ?? new Map<string, Entry>();
      const entry = entries.get(runKey(run)) ?? UNREAD;
      entries.set(runKey(run), { ...entry, failures: entry.failures + 1 });
      pods.set(run.pod.uid, entries);
    },
    forget: (uid) => {
      pods.delete(uid);
    },
  };
}

type Entry = {
  readonly evidence: readonly Evidence[];
  /** Undefined where it was never read. */
  readonly age: number | undefined;
  readonly failures: number;
};

const UNREAD: Entry = { evidence: [], age: undefined, failures: 0 };
/** A log that could not be read so often is not waited for. */
const TRIES = 3;

function isHeard(entry: Entry = UNREAD): boolean {
  return entry.age === Number.POSITIVE_INFINITY || entry.failures >= TRIES;
}

function together(known: readonly Evidence[], more: readonly Evidence[]): readonly Evidence[] {
  if (more.length === 0) return known;
  const distinct = new Map([...known, ...more].map((one) => [JSON.stringify({ ...one, line: '' }), one]));
  return [...distinct.values()].slice(-MOST);
}

/** Only the two latest runs of a container have a log. */
function withoutOldRuns(entries: Map<string, Entry>, { pod, container, number }: Run): Map<string, Entry> {
  entries.delete(runKey({ pod, container, number: number - 2, previous: true, ended: true }));
  return entries;
}
