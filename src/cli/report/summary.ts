import { type ContainerDecision, DENY_REASONS } from '../../core/admission/decision.ts';
import { NOT_MOUNTED, type PathNotMounted, type PlannedMount } from '../../core/admission/mount-plan.ts';
import type { FindingKey } from '../../core/policy/rule.ts';
import type { Inspection, PodMaker } from '../inspect/inspect.ts';
import type { JudgedWorkload } from '../inspect/judge.ts';
import { printable } from '../style.ts';
import { tableLines } from '../table.ts';
import { titleOf } from '../workloads/objects.ts';
import { positionAt } from '../yaml/source.ts';
import { POD_MAKER, podMakerSentence } from './advice.ts';
import { containersOf, OUTCOMES, type Outcome, outcomeOf, reasonsOf } from './outcome.ts';
import { passedOverCounts, passedOverLines } from './passed-over.ts';
import { plural } from './plural.ts';
import { type Look, reasonLines, textLines } from './text-lines.ts';

/** For people: each workload, what each of its containers got and why, and a last line that counts. */
export function summaryLines(inspection: Inspection, look: Look): string[] {
  return [
    ...inspection.workloads.flatMap((workload) => workloadLines(workload, look)),
    ...inspection.podMakers.flatMap((each) => podMakerLines(each, look)),
    ...passedOverLines(inspection.passedOver, look),
    countLine(inspection),
  ].map((line) => line.trimEnd());
}

const SIGNS: Readonly<Record<Outcome, readonly [sign: string, color: 'green' | 'yellow' | 'red']>> = {
  hardened: ['✓', 'green'],
  'would-harden': ['~', 'yellow'],
  unchanged: ['✓', 'green'],
  'left-alone': ['-', 'yellow'],
  denied: ['✗', 'red'],
};

function workloadLines(workload: JudgedWorkload, look: Look): string[] {
  const { object, position, decision } = workload;
  const outcome = outcomeOf(decision);
  const [sign, color] = SIGNS[outcome];
  const place = `${object.document.source.name}:${position.line}`;
  const audit = outcome === 'would-harden' ? ` (${workload.choice.from} says audit)` : '';
  const title = printable(titleOf(object));
  return [
    `${look.paint(color, sign)} ${look.paint('bold', title)}: ${OUTCOMES[outcome]}${audit}  ${look.paint('dim', printable(place))}`,
    ...(decision.kind === 'judged' ? [] : wholeLines(decision, look)),
    ...containersOf(decision).flatMap((container) => containerLines(container, look)),
    ...findingLines(workload, look),
    ...(decision.kind === 'judged'
      ? decision.notes.flatMap((note) => textLines(`note: ${note}`, 4, look))
      : []),
    '',
  ];
}

type Whole = Exclude<JudgedWorkload['decision'], { kind: 'judged' }>;

function wholeLines(decision: Whole, look: Look): string[] {
  if (decision.kind === 'denied') {
    return textLines(`${decision.reason}: ${decision.message || DENY_REASONS[decision.reason]}`, 4, look);
  }
  return reasonLines(decision, look);
}

function containerLines(decision: ContainerDecision, look: Look): string[] {
  const { container } = decision;
  const name = look.paint('bold', printable(container.name));
  const head = `  ${name}  ${look.paint('cyan', printable(container.image))}`;
  if (decision.kind === 'left-alone') return [`${head}: left alone`, ...reasonLines(decision, look)];
  const by = decision.told.profiles.join(', ') || 'no profile: the paths that nearly every program writes';
  const { mounts, notMounted, env } = decision.plan;
  return [
    `${head}: ${decision.profiles.length === 0 ? by : `profile ${by}`}`,
    ...tableLines([
      ...mounts.map((mount) => [`    ${look.paint('green', `+ ${mount.path}`)}`, mountSentence(mount)]),
      ...env.map(({ name: variable, value }) => [
        `    ${look.paint('green', `+ ${printable(variable)}=${printable(value)}`)}`,
        'the image then writes there',
      ]),
      ...notMounted.map((path) => [`    ${look.paint('dim', `· ${path.path}`)}`, notMountedSentence(path)]),
    ]),
  ];
}

/** Why a path is mounted, with what is special about the volume. */
export function mountSentence(mount: PlannedMount): string {
  const special = [
    ...(mount.class === 'Data' ? ["users' data, lost with the pod"] : []),
    ...(mount.seed === 'none' ? [] : ["the image's files are copied in first"]),
    ...(mount.medium === 'Memory' ? ['in memory'] : []),
    ...(mount.sizeLimit === undefined ? [] : [`at most ${mount.sizeLimit}`]),
  ];
  const because = printable(mount.description) || 'the image writes there';
  return special.length === 0 ? because : `${because} (${special.join('; ')})`;
}

export function notMountedSentence({ reason, volume, advice }: PathNotMounted): string {
  const of = volume === undefined ? '' : ` (${printable(volume)})`;
  return `not mounted: ${NOT_MOUNTED[reason].text}${of}${advice === undefined ? '' : `; ${advice}`}`;
}

function podMakerLines({ object, maker }: PodMaker, look: Look): string[] {
  const { document } = object;
  const { line } = positionAt(document.source, document.start);
  return [
    `${look.paint('yellow', '-')} ${look.paint('bold', printable(titleOf(object)))}: ${OUTCOMES['left-alone']}  ${look.paint('dim', printable(`${document.source.name}:${line}`))}`,
    ...textLines(`${look.paint('yellow', POD_MAKER.reason)}: ${podMakerSentence(maker)}`, 4, look),
    ...textLines(`→ ${POD_MAKER.advice}`, 4, look),
    '',
  ];
}

/** What a container's own line does not tell already. */
const TOLD: ReadonlySet<FindingKey> = new Set<FindingKey>([
  'writable-root',
  'explicit-false',
  'ephemeral-container',
  'data-without-volume',
  'read-only-conflict',
]);

/** What still speaks against immutability, little things aside. */
function findingLines({ decision }: JudgedWorkload, look: Look): string[] {
  const findings = decision.kind === 'judged' ? decision.findings : [];
  return findings
    .filter(({ key, severity }) => severity !== 'low' && !TOLD.has(key))
    .flatMap(({ key, container, message }) =>
      textLines(`! ${printable(container)}: ${look.paint('yellow', key)}: ${printable(message)}`, 4, look),
    );
}

/** `3 workloads: 2 hardened, 1 left alone (unknown-image); 4 other objects passed through`. */
export function countLine({ workloads, podMakers, others, passedOver, problems }: Inspection): string {
  const rows = [
    ...workloads.map(({ decision }) => ({ outcome: outcomeOf(decision), reasons: reasonsOf(decision) })),
    ...podMakers.map(() => ({ outcome: 'left-alone' as const, reasons: [POD_MAKER.reason] })),
  ];
  const counted = (Object.keys(OUTCOMES) as Outcome[]).flatMap((outcome) => {
    const those = rows.filter((row) => row.outcome === outcome);
    if (those.length === 0) return [];
    const partly = those.filter(({ reasons }) => reasons.length > 0);
    const reasons = [...new Set(partly.flatMap((row) => row.reasons))].join(', ');
    const why =
      outcome === 'left-alone' || outcome === 'denied' ? reasons : `${partly.length} in part: ${reasons}`;
    return `${those.length} ${OUTCOMES[outcome]}${partly.length === 0 ? '' : ` (${why})`}`;
  });
  return [
    `${plural(rows.length, 'workload')}${counted.length === 0 ? '' : `: ${counted.join(', ')}`}`,
    ...(others === 0 ? [] : [`${plural(others, 'other object')} passed through`]),
    ...passedOverCounts(passedOver),
    ...(problems.length === 0 ? [] : [plural(problems.length, 'problem')]),
  ].join('; ');
}
