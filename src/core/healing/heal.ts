import { acquaint } from './acquaint.ts';
import { cure } from './cure.ts';
import { evidenceEntries } from './evidence-entries.ts';
import type { HealingState, ImageCase } from './image-case.ts';
import { allPaths } from './learned-profile.ts';
import { noteRecoveries } from './recovery.ts';
import { stepBack, takeBack } from './stepping.ts';

/**
 * FLOW 2, healing: what becomes of one image repository in one namespace, from how its containers fare and what they
 * logged. Level-based: what was done before is read from the profile, so that it may be called at any time, and stopped
 * between any two of the writes that it asks for. Pods are replaced afterwards (`replacements.ts`), by what is in the
 * catalog then.
 */
export function heal(given: ImageCase): HealingState {
  const state: HealingState = {
    learned: given.learned,
    exemptions: given.exemptions,
    tellings: [],
    outcomes: [],
  };
  if (given.policy.mode !== 'enforce' || given.policy.heal === 'off') return state;
  const { incurable, ...cured } = cure(given, acquaint(given, dropAnswered(state)));
  const steppedBack = stepBack(given, cured, incurable);
  const takenBack = takeBack(given, steppedBack);
  return withStatus(given, noteRecoveries(given, takenBack));
}

/** What a person has approved, or listed, is a proposal no more. */
function dropAnswered(state: HealingState): HealingState {
  const { learned } = state;
  const listed = new Set(allPaths(learned).map(({ path, content }) => `${path} ${content}`));
  const proposals = learned.status.proposals.filter(({ path, content }) => !listed.has(`${path} ${content}`));
  return { ...state, learned: { ...learned, status: { ...learned.status, proposals } } };
}

function withStatus({ patients, now }: ImageCase, state: HealingState): HealingState {
  const { learned } = state;
  const { proposals, evidence } = learned.status;
  const status = {
    proposals,
    evidence: evidenceEntries([...allPaths(learned), ...proposals], evidence, patients, now),
  };
  return { ...state, learned: { ...learned, status } };
}
