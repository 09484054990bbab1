import { type Run, runKey, runsOf } from '../../core/healing/log-reads.ts';
import type { Evidence } from '../../core/learning/evidence.ts';
import type { ObservedContainer, ObservedPod } from '../../core/observed/observed-pod.ts';

/** What the logs told, as far as they were read. It saves reading: who has none, reads anew. */
export type LogBook = {
  readonly evidenceOf: (pod: ObservedPod, container: ObservedContainer) => readonly Evidence[];
  /** The age of the run when its log was last read, in milliseconds; Infinity where it was read to its end. */
  readonly readAt: (run: Run) => number | undefined;
  readonly note: (run: Run, evidence: readonly Evidence[], age: number) => void;
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
    readAt: (run) => entryOf(run)?.age,
    note: (run, evidence, age) => {
      const entries = pods.get(run.pod.uid) ?? new Map<string, Entry>();
      const known = entries.get(runKey(run))?.evidence ?? [];
      entries.set(runKey(run), { evidence: together(known, evidence), age });
      pods.set(run.pod.uid, withoutOldRuns(entries, run));
    },
    forget: (uid) => {
      pods.delete(uid);
    },
  };
}

type Entry = { readonly evidence: readonly Evidence[]; readonly age: number };

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
