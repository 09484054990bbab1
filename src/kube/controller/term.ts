/** The time during which this process leads. A process that was stopped in the middle of it may wake up long after its end. */
export type Term = {
  /** Throws `NotLeading` from the moment on at which another process might lead. Asked right before each write. */
  readonly check: () => void;
  /** Aborted when nothing more is to be begun. */
  readonly ending: AbortSignal;
  /** Aborted when what is still under way has to be given up: at the same time, or, after a clean stop, a moment later. */
  readonly over: AbortSignal;
};

export class NotLeading extends Error {
  constructor(because: string) {
    super(`this process does not lead: ${because}`);
    this.name = 'NotLeading';
  }
}

export type OpenTerm = {
  readonly term: Term;
  /** The lease was renewed by a request that was begun at these times. */
  readonly renewed: (at: Instant) => void;
  /** Milliseconds until the term ends by itself. */
  readonly left: () => number;
  /** From now on nothing is begun. */
  readonly end: (because: string) => void;
  /** And nothing is finished either. */
  readonly cut: (because: string) => void;
};

/**
 * One moment by two clocks. The monotonic one decides; but it stands still while a virtual machine is suspended, which
 * only the other one notices. A wall clock that jumps ahead costs no more than the term.
 */
export type Instant = { readonly monotonic: number; readonly wall: number };

export type TermOptions = {
  readonly instant: () => Instant;
  /** Milliseconds after the last renewal from which on nothing is written: less than the lease lasts. */
  readonly renewDeadlineMs: number;
  readonly acquired: Instant;
};

export function openTerm({ instant, renewDeadlineMs, acquired }: TermOptions): OpenTerm {
  const ending = new AbortController();
  const over = new AbortController();
  let last = acquired;
  let deadline: NodeJS.Timeout | undefined;

  const left = () => {
    const { monotonic, wall } = instant();
    return renewDeadlineMs - Math.max(monotonic - last.monotonic, wall - last.wall);
  };
  const end = (because: string) => {
    clearTimeout(deadline);
    ending.abort(new NotLeading(because));
  };
  const cut = (because: string) => {
    end(because);
    over.abort(new NotLeading(because));
  };
  const watchDeadline = () => {
    clearTimeout(deadline);
    deadline = setTimeout(() => (left() > 0 ? watchDeadline() : cut(EXPIRED)), Math.max(0, left()));
  };
  watchDeadline();
  return {
    term: {
      check: () => {
        if (left() <= 0) cut(EXPIRED);
        over.signal.throwIfAborted();
        ending.signal.throwIfAborted();
      },
      ending: ending.signal,
      over: over.signal,
    },
    renewed: (at) => {
      last = at;
      if (!ending.signal.aborted) watchDeadline();
    },
    left,
    end,
    cut,
  };
}

const EXPIRED = 'its lease could not be renewed in time';
