export type Backoff = {
  /** Milliseconds to wait before the next try. */
  readonly next: () => number;
  /** After a success: the next failure starts from the beginning. */
  readonly reset: () => void;
};

export type BackoffOptions = {
  /** Milliseconds of the first wait. */
  readonly first: number;
  /** Milliseconds that no wait exceeds, jitter aside. */
  readonly max: number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
};

/** Doubles from `first` to `max`, each wait up to half as long again, so that replicas do not call in step. */
export function createBackoff({ first, max, random }: BackoffOptions): Backoff {
  let wait = first;
  return {
    next: () => {
      const now = wait;
      wait = Math.min(wait * 2, max);
      return now * (1 + random() / 2);
    },
    reset: () => {
      wait = first;
    },
  };
}
