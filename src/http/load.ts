/** How many reviews are under way, and how many of their bytes are in memory, with a limit to each. */
export type Load = {
  /**
   * Takes a place for a review of so many bytes; where there is no room for them it is refused and takes nothing. The
   * bytes themselves are taken as they come, or clients that declare much and send nothing would keep others out.
   */
  readonly enter: (bytes: number) => Refused | undefined;
  /** Takes more bytes for a place that is held. */
  readonly grow: (bytes: number) => Refused | undefined;
  /** Gives back a place with all its bytes. */
  readonly leave: (bytes: number) => void;
  readonly requests: () => number;
  readonly bytes: () => number;
};

/** Which of the two limits was met. */
export type Refused = 'requests' | 'bytes';

export function createLoad(limits: { readonly requests: number; readonly bytes: number }): Load {
  let requests = 0;
  let held = 0;
  const grow = (bytes: number): Refused | undefined => {
    if (held + bytes > limits.bytes) return 'bytes';
    held += bytes;
    return undefined;
  };
  return {
    enter(bytes) {
      if (requests >= limits.requests) return 'requests';
      if (held + bytes > limits.bytes) return 'bytes';
      requests++;
      return undefined;
    },
    grow,
    leave(bytes) {
      requests--;
      held -= bytes;
    },
    requests: () => requests,
    bytes: () => held,
  };
}
