import type { NamespacePolicy } from '../policy/namespace-policy.ts';
import type { Telling } from '../telling.ts';
import type { LearnedProfile } from './learned-profile.ts';
import type { Patient } from './patient.ts';
import type { Programs } from './same-program.ts';
import type { Exemption, StepBackCause } from './step-back.ts';

/** One image repository in one namespace: all that healing it is decided from. */
export type ImageCase = {
  readonly policy: NamespacePolicy;
  /** Its containers in that namespace, hardened or not. */
  readonly patients: readonly Patient[];
  /** As the API server has it, or `nothingLearned`. */
  readonly learned: LearnedProfile;
  /** Those for the repository, expired ones too. */
  readonly exemptions: readonly Exemption[];
  /** Names of the other profiles of the namespace. */
  readonly taken: ReadonlySet<string>;
  readonly programs: Programs;
  readonly limits: HealingLimits;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

export type HealingLimits = {
  /** Changes that are tried for a workload until it runs. */
  readonly attempts: number;
  /** How long an image is left unhardened, in milliseconds. */
  readonly exemptMs: number;
};

/** What is to become of it. A step hands on the state with its own changes. */
export type HealingState = {
  readonly learned: LearnedProfile;
  readonly exemptions: readonly Exemption[];
  readonly tellings: readonly Telling[];
  readonly outcomes: readonly HealOutcome[];
};

/** For metrics. */
export type HealOutcome =
  | { readonly kind: 'learned' | 'proposed' | 'healed' | 'exonerated' | 'not-healed' }
  | { readonly kind: 'stepped-back'; readonly cause: StepBackCause };
