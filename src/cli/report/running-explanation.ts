import type { JsonObject } from '../../core/json.ts';
import { isArray, isObject, textOf } from '../../core/json.ts';
import { missedOf, remedyFor } from '../../core/usage/missed-note.ts';
import type { ContainerUsage } from '../../core/usage/pod-usage.ts';
import { isMissed, USAGE_REASONS } from '../../core/usage/usage-reasons.ts';
import type { RunningPod } from '../inspect/running.ts';
import { printable } from '../style.ts';
import { containerJson } from './decision-json.ts';
import { type Explained, explanationLines } from './explanation.ts';
import { containersOf, outcomeOf } from './outcome.ts';
import { type Look, reasonLines, textLines } from './text-lines.ts';

/** How a pod runs, what admission did to it, and what it would do today and why. */
export function runningExplanationLines(pod: RunningPod, look: Look): string[] {
  const { observed, owner } = pod;
  const { paint } = look;
  const of = owner.kind === 'Pod' ? 'which nobody would make anew' : `of ${owner.kind} ${owner.name}`;
  const made = new Date(observed.created).toISOString().replace(/\.\d+Z$/, 'Z');
  return [
    `${paint('bold', printable(titleOf(pod)))}, ${printable(of)}, made ${made}`,
    ...recordLines(pod, look),
    ...usageLines(pod, look),
    '',
    paint('bold', 'If it were made now:'),
    ...explanationLines(explainedOf(pod), look),
  ].map((line) => line.trimEnd());
}

function titleOf({ observed: { namespace, name } }: RunningPod): string {
  return `Pod ${namespace}/${name}`;
}

function explainedOf(pod: RunningPod): Explained {
  const { observed, namespace, madeNow } = pod;
  const { policy, problems } = namespace;
  return {
    title: titleOf(pod),
    namespace: observed.namespace,
    choice: { policy, problems, from: 'its labels' },
    decision: madeNow,
  };
}

type Admitted = {
  readonly container: string;
  readonly profiles: readonly string[];
  readonly paths: readonly string[];
};

/** What the webhook wrote on the pod. */
function admittedOf({ observed: { record } }: RunningPod): readonly Admitted[] {
  try {
    const json: unknown = JSON.parse(record ?? '{}');
    return Object.entries(isObject(json) ? json : {}).map(([container, each]) => {
      const { profiles, paths } = isObject(each) ? each : {};
      const texts = (list: unknown) => (isArray(list) ? list.flatMap((text) => textOf(text) ?? []) : []);
      return { container, profiles: texts(profiles), paths: texts(paths) };
    });
  } catch {
    return [];
  }
}

function recordLines(pod: RunningPod, look: Look): string[] {
  const admitted = admittedOf(pod);
  if (admitted.length === 0) return ['  admission has hardened no container of it'];
  return admitted.flatMap(({ container, profiles, paths }) => {
    const by = profiles.length === 0 ? 'no profile' : profiles.join(', ');
    const volumes = paths.length === 0 ? 'without volumes' : `with volumes at ${paths.join(', ')}`;
    return textLines(
      `admission hardened ${printable(container)} by ${printable(by)}, ${printable(volumes)}`,
      2,
      look,
    );
  });
}

function usageLines(pod: RunningPod, look: Look): string[] {
  const { usage, namespace, owner } = pod;
  if (usage === undefined)
    return reasonLines({ reason: 'not-opted-in', because: '' }, look).map(indentedLess);
  const missed = missedOf([usage], remedyFor(owner, namespace.policy.rollout === 'auto'));
  return [
    ...usage.containers
      .filter(({ reason }) => !isMissed(reason))
      .flatMap((container) => textLines(sentenceFor(container), 2, look)),
    ...(missed === undefined
      ? []
      : textLines(`${look.paint('yellow', missed.reason)}: ${missed.note}`, 2, look)),
    ...usage.containers
      .filter(({ failing }) => failing)
      .flatMap(({ container }) => textLines(look.paint('red', `${container} fails`), 2, look)),
  ];
}

function indentedLess(line: string): string {
  return line.replace(/^ {2}/, '');
}

function sentenceFor({ container, reason, because, hardened }: ContainerUsage): string {
  if (reason === undefined) {
    const how = hardened
      ? 'with a read-only root, as it would if it were made now'
      : 'as it would if it were made now';
    return `${printable(container)} runs ${how}`;
  }
  const detail = because === '' ? '' : ` (${printable(because)})`;
  return `${printable(container)}: ${reason}: ${USAGE_REASONS[reason]}${detail}`;
}

/** What `explain -o json` prints of a pod. Fields may be added, never renamed. */
export function runningExplanationJson(pod: RunningPod): JsonObject {
  const { observed, owner, usage, namespace, madeNow } = pod;
  const { findings, notes } = madeNow.kind === 'judged' ? madeNow : { findings: [], notes: [] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: observed.namespace,
    name: observed.name,
    owner: { kind: owner.kind, name: owner.name },
    policy: { ...namespace.policy },
    admitted: admittedOf(pod),
    running: (usage?.containers ?? []).map((each) => ({ ...each })),
    madeNow: {
      outcome: outcomeOf(madeNow),
      ...(madeNow.kind !== 'judged' && { reason: madeNow.reason }),
      containers: containersOf(madeNow).map(containerJson),
      findings,
      notes,
    },
  };
}
