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
  /** Forgets the pods of a namespace that are not to be kept: the others are gone, or nobody heals them any more. */
  readonly keep: (namespace: string, isKept: (uid: string) => boolean) => void;
};

/** Things that one run's log tells and that are kept. */
const MOST = 64;

export function createLogBook(): LogBook {
  const namespaces = new Map<string, Map<string, Map<string, Entry>>>();
  const entriesOf = ({ pod: { namespace, uid } }: Run) => namespaces.get(namespace)?.get(uid);
  const entryOf = (run: Run) => entriesOf(run)?.get(runKey(run));
  const write = (run: Run, entry: Entry) => {
    const { namespace, uid } = run.pod;
    const pods = namespaces.get(namespace) ?? new Map<string, Map<string, Entry>>();
    const entries = pods.get(uid) ?? new Map<string, Entry>();
    entries.set(runKey(run), entry);
    pods.set(uid, withoutOldRuns(entries, run));
    namespaces.set(namespace, pods);
  };
  return {
    evidenceOf: (pod, container) => runsOf(pod, container).flatMap((run) => entryOf(run)?.evidence ?? []),
    heardOf: (pod, container) => runsOf(pod, container).every((run) => !run.ended || isHeard(entryOf(run))),
    readAt: (run) => entryOf(run)?.age,
    note: (run, evidence, age) => {
      const known = entryOf(run)?.evidence ?? [];
      write(run, { evidence: together(known, evidence), age, failures: 0 });
    },
    noteFailure: (run) => {
      const entry = entryOf(run) ?? UNREAD;
      write(run, { ...entry, failures: entry.failures + 1 });
    },
    keep: (namespace, isKept) => {
      const pods = namespaces.get(namespace);
      for (const uid of pods?.keys() ?? []) if (!isKept(uid)) pods?.delete(uid);
      if (pods?.size === 0) namespaces.delete(namespace);
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
/** A log that could not be read so often, one time after the other, is not waited for. */
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
