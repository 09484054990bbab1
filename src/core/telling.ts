import type { ObjectReference } from './object-reference.ts';

/**
 * Why an event is told: one word for machines, as the event's `reason`. What was done and needs nobody is Normal, what
 * a person may want to look at is a Warning.
 */
export const EVENT_REASONS = {
  CatalogShipped: { type: 'Normal', text: 'built-in profiles were applied, changed or pruned' },
  BuiltinRestored: { type: 'Warning', text: 'a built-in profile that somebody edited was put back' },
  NameTaken: { type: 'Warning', text: "a built-in profile is not shipped, for a person's has its name" },
  MissedByAdmission: { type: 'Warning', text: 'a pod runs otherwise than it would if it were made now' },
  RolloutRestarted: { type: 'Normal', text: 'an owner was restarted so that its pods are hardened' },
  RolloutDone: { type: 'Normal', text: "a restarted owner's pods run hardened" },
  RolloutStopped: { type: 'Warning', text: 'a restart made pods fail: no other owner is restarted' },
  RolloutWaits: { type: 'Normal', text: 'a restart has to wait' },
  ProfileForgotten: { type: 'Normal', text: 'a learned profile that was no longer used was removed' },
  Learned: { type: 'Normal', text: 'a path was learned from what a container logged' },
  Proposed: { type: 'Normal', text: "a path waits for a person's approval" },
  Healed: { type: 'Normal', text: 'a failing pod was replaced by one with the path it lacked' },
  HealWaits: { type: 'Warning', text: 'a failing pod cannot be replaced yet' },
  NotHealed: { type: 'Warning', text: 'a failing pod cannot be healed' },
  SteppedBack: { type: 'Warning', text: 'an image is left unhardened for a while, so that it runs' },
  Exonerated: { type: 'Normal', text: 'a workload fails unhardened as well: it is hardened again' },
} as const satisfies Record<string, { type: 'Normal' | 'Warning'; text: string }>;

export type EventReason = keyof typeof EVENT_REASONS;

/** An event to be told, about an object and, where there is one, a second. */
export type Telling = {
  readonly reason: EventReason;
  readonly about: ObjectReference;
  readonly related?: ObjectReference;
  /** What was done, or found, in one word for machines: `Restart`, `missed-admission`. */
  readonly action: string;
  /** A sentence for people, at most 1024 characters of it. */
  readonly note: string;
};
