import type { Action } from '../action.ts';
import { API_VERSION } from '../catalog/read-profile.ts';
import { FIELD_MANAGERS } from '../field-managers.ts';
import type { HealingState, ImageCase } from './image-case.ts';
import { LEARNED_KIND, type LearnedProfile, learnedObject, sameLearned } from './learned-profile.ts';
import { NO_STATUS, sameStatus, statusObject } from './learned-status.ts';
import { type Exemption, exemptionObject } from './step-back.ts';

/**
 * The writes that lead from what was given to what `heal` returned, in an order that may be broken off anywhere: the
 * next look asks for the rest. An exemption is only removed once it is written down what comes after it.
 */
export function actionsFor(given: ImageCase, state: HealingState): readonly Action[] {
  const fresh = state.exemptions.filter((each) => !given.exemptions.includes(each));
  // A Job's next pod comes within seconds, and what is noted with the profile says that the failure has been answered.
  const { urgent = [], others = [] } = Object.groupBy(fresh, ({ cause }) =>
    cause === 'few-tries' ? 'urgent' : 'others',
  );
  return [
    ...urgent.map(applyExemption),
    ...learnedActions(given.learned, state.learned),
    ...others.map(applyExemption),
    ...given.exemptions
      .filter((each) => !state.exemptions.some(({ name }) => name === each.name))
      .flatMap(remove),
    ...state.tellings.map((telling): Action => ({ kind: 'tell', telling })),
  ];
}

const manager = FIELD_MANAGERS.learner;

function learnedActions(before: LearnedProfile, after: LearnedProfile): readonly Action[] {
  const writesSpec = !sameLearned(before, after) || (before.made === undefined && hasStatus(after));
  return [
    ...(writesSpec ? [{ kind: 'apply' as const, manager, object: learnedObject(after) }] : []),
    ...(sameStatus(before.status, after.status) ? [] : [applyStatus(after)]),
  ];
}

/** Proposals need a profile to stand in. */
function hasStatus({ status }: LearnedProfile): boolean {
  return !sameStatus(status, NO_STATUS);
}

function applyStatus({ namespace, name, status }: LearnedProfile): Action {
  const object = {
    apiVersion: API_VERSION,
    kind: LEARNED_KIND,
    metadata: { namespace, name },
    status: statusObject(status),
  };
  return { kind: 'apply-status', manager, object };
}

function applyExemption(exemption: Exemption): Action {
  return { kind: 'apply', manager, object: exemptionObject(exemption) };
}

function remove({ namespace, name, made }: Exemption): readonly Action[] {
  if (made === undefined) return [];
  const target = { apiVersion: API_VERSION, kind: LEARNED_KIND, namespace, name, uid: made.uid };
  return [{ kind: 'delete', target }];
}
