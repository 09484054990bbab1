/** Keys that wait to be looked at: each at most once, never the same one twice at a time, and groups take turns. */
export type KeyQueue = {
  /**
   * Wants the key looked at from that moment on (milliseconds of the clock). Of two wishes the earlier one counts. A
   * wish for a key that is at work is kept until that is done.
   */
  readonly add: (key: string, at: number) => void;
  /** The next key that is due, which is then at work until `done`. */
  readonly take: (now: number) => string | undefined;
  readonly done: (key: string) => void;
  /** When the next key will be due that is not yet; Infinity where there is none. */
  readonly nextDue: () => number;
  /** Keys that are due and wait. */
  readonly depth: () => number;
  /** All keys that are wanted, now or later. */
  readonly size: () => number;
};

/** `groupOf` names whom a key belongs to, its namespace: however many keys one group has, it gets one turn in a round. */
export function createKeyQueue(groupOf: (key: string) => string): KeyQueue {
  /** Wanted, not at work: when. */
  const wanted = new Map<string, number>();
  /** At work: when they are wanted again, or Infinity. */
  const working = new Map<string, number>();
  const later = createHeap();
  /** Keys that are due, by group; the groups in the order of their turns. */
  const due = new Map<string, Set<string>>();
  let depth = 0;

  const makeDue = (key: string) => {
    const group = groupOf(key);
    const keys = due.get(group);
    if (keys === undefined) due.set(group, new Set([key]));
    else keys.add(key);
    depth += 1;
  };
  const promote = (now: number) => {
    for (let next = later.peek(); next !== undefined && next.at <= now; next = later.peek()) {
      later.pop();
      // An entry that an earlier wish has overtaken is not what is wanted any more.
      if (wanted.get(next.key) !== next.at) continue;
      wanted.set(next.key, DUE);
      makeDue(next.key);
    }
  };
  const add = (key: string, at: number) => {
    const again = working.get(key);
    if (again !== undefined) {
      working.set(key, Math.min(again, at));
      return;
    }
    const before = wanted.get(key);
    if (before !== undefined && before <= at) return;
    wanted.set(key, at);
    later.push({ key, at });
  };
  return {
    add,
    take: (now) => {
      promote(now);
      const [first] = due;
      if (first === undefined) return undefined;
      const [group, keys] = first;
      const [key] = keys;
      if (key === undefined) throw new Error(`the group ${group} waits without a key`);
      keys.delete(key);
      // To the end of the round.
      due.delete(group);
      if (keys.size > 0) due.set(group, keys);
      depth -= 1;
      wanted.delete(key);
      working.set(key, Number.POSITIVE_INFINITY);
      return key;
    },
    done: (key) => {
      const again = working.get(key);
      working.delete(key);
      if (again !== undefined && again !== Number.POSITIVE_INFINITY) add(key, again);
    },
    nextDue: () => later.peek()?.at ?? Number.POSITIVE_INFINITY,
    depth: () => depth,
    size: () => wanted.size,
  };
}

/** Earlier than any moment: no later wish overtakes it. */
const DUE = Number.NEGATIVE_INFINITY;

type Later = { readonly key: string; readonly at: number };

/** A binary heap, the earliest first. */
function createHeap() {
  const items: Later[] = [];
  const at = (index: number) => items[index]?.at ?? Number.POSITIVE_INFINITY;
  const swap = (one: number, other: number) => {
    const [a, b] = [items[one], items[other]];
    if (a === undefined || b === undefined) return;
    items[one] = b;
    items[other] = a;
  };
  return {
    peek: (): Later | undefined => items[0],
    push: (item: Later) => {
      items.push(item);
      for (let child = items.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (at(parent) <= at(child)) return;
        swap(parent, child);
        child = parent;
      }
    },
    pop: () => {
      swap(0, items.length - 1);
      items.pop();
      for (let parent = 0; ; ) {
        const left = 2 * parent + 1;
        const least = at(left + 1) < at(left) ? left + 1 : left;
        if (at(parent) <= at(least)) return;
        swap(parent, least);
        parent = least;
      }
    },
  };
}
