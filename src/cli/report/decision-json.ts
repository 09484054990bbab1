import { type ContainerDecision, DENY_REASONS, SKIP_REASONS } from '../../core/admission/decision.ts';
import { NOT_MOUNTED } from '../../core/admission/mount-plan.ts';
import { profileVersion } from '../../core/admission/told.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Inspection } from '../inspect/inspect.ts';
import type { JudgedWorkload } from '../inspect/judge.ts';
import type { ManifestObject } from '../workloads/objects.ts';
import type { Problem } from '../yaml/problem.ts';
import { positionAt } from '../yaml/source.ts';
import { POD_MAKER, podMakerSentence } from './advice.ts';
import { containersOf, outcomeOf } from './outcome.ts';
import { passedOverJson } from './passed-over.ts';

/** What `-o json` prints: every decision with its reasons. Fields may be added, never renamed. */
export function inspectionJson({
  workloads,
  podMakers,
  others,
  passedOver,
  problems,
}: Inspection): JsonObject {
  return {
    workloads: workloads.map(workloadJson),
    customResources: podMakers.map(({ object, maker }) => ({
      ...objectJson(object),
      outcome: 'left-alone',
      reason: POD_MAKER.reason,
      because: podMakerSentence(maker),
    })),
    otherObjects: others,
    passedOver: passedOver.map(passedOverJson),
    problems: problems.map(problemJson),
  };
}

export function objectJson({ document, apiVersion, kind, namespace, name }: ManifestObject): JsonObject {
  const { line } = positionAt(document.source, document.start);
  return {
    file: document.source.name,
    line,
    apiVersion,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
  };
}

function workloadJson({ object, position, decision, operations, choice }: JudgedWorkload): JsonObject {
  return {
    ...objectJson(object),
    line: position.line,
    outcome: outcomeOf(decision),
    ...wholeJson(decision),
    policy: { ...choice.policy, from: choice.from },
    containers: containersOf(decision).map(containerJson),
    findings: decision.kind === 'left-alone' ? [] : decision.findings,
    notes: decision.kind === 'judged' ? decision.notes : [],
    operations,
  };
}

function wholeJson(decision: JudgedWorkload['decision']): JsonObject {
  switch (decision.kind) {
    case 'judged':
      return {};
    case 'denied':
      return { reason: decision.reason, because: decision.message || DENY_REASONS[decision.reason] };
    case 'left-alone':
      return { reason: decision.reason, because: sentence(decision) };
  }
}

export function containerJson(decision: ContainerDecision): JsonObject {
  const { name, image, list } = decision.container;
  const head = { name, list, image };
  if (decision.kind === 'left-alone') {
    return { ...head, outcome: 'left-alone', reason: decision.reason, because: sentence(decision) };
  }
  const { mounts, notMounted, env } = decision.plan;
  return {
    ...head,
    outcome: 'hardened',
    profiles: decision.told.profiles,
    mounts: mounts.map(({ path, medium, sizeLimit, class: kind, seed, description, from }) => ({
      path,
      medium,
      ...(sizeLimit !== undefined && { sizeLimit }),
      class: kind,
      seed,
      because: description,
      ...(from && { profile: profileVersion(from) }),
    })),
    notMounted: notMounted.map(({ path, reason, advice }) => ({
      path,
      reason,
      because: NOT_MOUNTED[reason].text,
      ...(advice !== undefined && { advice }),
    })),
    env: env.map((each) => ({ name: each.name, value: each.value })),
  };
}

function sentence({ reason, because }: { reason: keyof typeof SKIP_REASONS; because: string }): string {
  return because === '' ? SKIP_REASONS[reason] : `${SKIP_REASONS[reason]} (${because})`;
}

export function problemJson({ source, position, message, advice }: Problem): JsonObject {
  return { file: source, ...(position && { line: position.line, column: position.column }), message, advice };
}
