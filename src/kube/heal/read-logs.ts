import { codeDirectoryOf } from '../../core/healing/code-directory.ts';
import { inOrderOfUrgency, type Run, readInMs, runsOf } from '../../core/healing/log-reads.ts';
import { ownFacts, recordsOf } from '../../core/healing/patient.ts';
import { readLog } from '../../core/learning/read-log.ts';
import { keyOf } from '../../core/object-reference.ts';
import type { ObservedPod } from '../../core/observed/observed-pod.ts';
import type { Log } from '../../log.ts';
import type { Api } from '../api.ts';
import type { LogBook } from './log-book.ts';
import type { LogBudget } from './log-budget.ts';
import type { HealMetrics } from './metrics.ts';
import { readPodLog } from './pod-logs.ts';

export type ReadLogsOptions = {
  readonly api: Api;
  readonly book: LogBook;
  readonly budget: LogBudget;
  readonly maxBytes: number;
  readonly metrics: HealMetrics;
  readonly log: Log;
};

/** Until the budget may have room again. */
const POSTPONED_MS = 5_000;
/** A log of a run that ended long ago was there to be read then. */
const STALE_MS = 15 * 60_000;

export type LogsRead = {
  /** Whether one was due and there was room for it in the budget. */
  readonly tried: boolean;
  /** In how many milliseconds the next one is due; Infinity where none is. */
  readonly nextInMs: number;
};

/** Reads those logs of hardened containers of a namespace that are due, the urgent ones first. */
export async function readDueLogs(
  pods: Iterable<ObservedPod>,
  now: number,
  options: ReadLogsOptions,
): Promise<LogsRead> {
  const { book, budget, metrics } = options;
  const runs = [...pods].flatMap((pod) => hardenedRuns(pod, now));
  const waits = runs.map((run) => ({ run, inMs: readInMs(run, book.readAt(run), now) }));
  const later = waits.filter(({ inMs }) => inMs > 0).map(({ inMs }) => inMs);
  const due = inOrderOfUrgency(
    waits.filter(({ inMs }) => inMs === 0).map(({ run }) => run),
    now,
  );
  for (const [index, run] of due.entries()) {
    if (!budget.take(run.pod.namespace)) {
      metrics.logRead('postponed', 0);
      return { tried: index > 0, nextInMs: Math.min(POSTPONED_MS, ...later) };
    }
    later.push(await readOne(run, now, options));
  }
  return { tried: due.length > 0, nextInMs: Math.min(Number.POSITIVE_INFINITY, ...later) };
}

function hardenedRuns(pod: ObservedPod, now: number): readonly Run[] {
  const records = recordsOf(pod);
  return pod.containers
    .filter(({ name, state }) => {
      const stale = state.kind === 'terminated' && now - state.finished > STALE_MS;
      return records.has(name) && !stale;
    })
    .flatMap((container) => runsOf(pod, container));
}

async function readOne(run: Run, now: number, options: ReadLogsOptions): Promise<number> {
  const { api, book, maxBytes, metrics, log } = options;
  const { pod, container, previous, ended } = run;
  const age =
    ended || container.state.kind !== 'running' ? Number.POSITIVE_INFINITY : now - container.state.since;
  const before = book.readAt(run);
  const sinceSeconds = before === undefined ? undefined : Math.ceil((age - before) / 1000) + OVERLAP_SECONDS;
  try {
    const answer = await readPodLog(
      api,
      {
        namespace: pod.namespace,
        pod: pod.name,
        container: container.name,
        previous,
        ...(sinceSeconds !== undefined && Number.isFinite(sinceSeconds) && { sinceSeconds }),
      },
      maxBytes,
    );
    const text = answer.kind === 'text' ? answer.text : '';
    metrics.logRead(answer.kind === 'text' ? 'read' : 'none', Buffer.byteLength(text));
    const evidence = readLog(`${text}\n${messageOf(run)}`, contextOf(run, text));
    for (const { kind } of evidence) metrics.evidence(kind);
    book.note(run, evidence, age);
  } catch (error) {
    book.noteFailure(run);
    log.debug('reading a log failed', {
      pod: keyOf(pod),
      container: container.name,
      error: error instanceof Error ? error : new Error(String(error)),
    });
    return POSTPONED_MS;
  }
  return readInMs(run, age, now);
}

const OVERLAP_SECONDS = 3;

function messageOf({ container: { state, last }, previous }: Run): string {
  if (previous) return last?.message ?? '';
  return state.kind === 'terminated' ? state.message : '';
}

function contextOf({ pod, container }: Run, text: string) {
  const { mounts, workingDir = codeDirectoryOf(text) } = ownFacts(pod, container.name);
  return { mounts, ...(workingDir !== undefined && { workingDir }) };
}
