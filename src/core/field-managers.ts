/**
 * Under which names Rootlock writes (server-side apply). Two names, since two parts of it own different fields of the
 * same status: what is left out of an apply is removed, but only from among the fields that its name owns.
 */
export const FIELD_MANAGERS = {
  /** Built-in profiles, their status, reports, rollouts. */
  controller: 'rootlock-controller',
  /** Learned profiles, and `status.evidence` and `status.proposals` of all profiles. */
  learner: 'rootlock-learner',
} as const satisfies Record<string, string>;

export type FieldManager = (typeof FIELD_MANAGERS)[keyof typeof FIELD_MANAGERS];
