import type { OutputStream } from './surroundings.ts';

/** One line that says how far a long run is, rewritten in place; silent where nobody watches. */
export type Progress = {
  readonly at: (done: number, of: number, what: string) => void;
  /** Takes the line away. */
  readonly done: () => void;
};

/** Short runs flicker for nothing. */
const LEAST = 50;
/** Milliseconds between two writings. */
const PERIOD = 100;

export function createProgress(stream: OutputStream, now: () => number): Progress {
  let shown = false;
  let last = 0;
  return {
    at(done, of, what) {
      if (!stream.isTTY || of < LEAST || now() - last < PERIOD) return;
      last = now();
      shown = true;
      const line = `${done}/${of} ${what}`;
      stream.write(`\r\u001b[K${line.slice(0, stream.columns - 1)}`);
    },
    done() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
