import { FINDINGS, type FindingKey, SEVERITIES } from '../../core/policy/rule.ts';
import { VERDICTS, type Verdict } from '../../core/policy/verdict.ts';
import type { Inspection } from '../inspect/inspect.ts';
import { type Paint, printable } from '../style.ts';
import { tableLines } from '../table.ts';
import { titleOf } from '../workloads/objects.ts';
import { reasonsOf } from './outcome.ts';
import { passedOverCounts } from './passed-over.ts';
import { plural } from './plural.ts';
import { SEVERITY_COLORS, VERDICT_COLORS } from './scan-colors.ts';
import type { ContainerVerdict } from './verdicts.ts';

/** One row a container below its workload, then what the words in it mean. */
export function scanLines(
  inspection: Inspection,
  verdicts: readonly ContainerVerdict[],
  paint: Paint,
): string[] {
  if (verdicts.length === 0) return [countLine(inspection, verdicts)];
  const heads = ['  CONTAINER', 'VERDICT', 'HARDEN', 'FINDINGS'].map((head) => paint('bold', head));
  const [head = '', ...rows] = tableLines([heads, ...verdicts.map((verdict) => row(verdict, paint))]);
  const lines = verdicts.flatMap((verdict, index) => {
    const first = verdicts[index - 1]?.workload !== verdict.workload;
    return [...(first ? [workloadLine(verdict, paint)] : []), rows[index] ?? ''];
  });
  return [head, ...lines, '', ...legend(verdicts, paint), '', countLine(inspection, verdicts)];
}

function workloadLine({ workload: { object, position } }: ContainerVerdict, paint: Paint): string {
  const place = printable(`${object.document.source.name}:${position.line}`);
  return `${paint('bold', printable(titleOf(object)))}  ${paint('dim', place)}`;
}

function row({ decision, verdict, findings }: ContainerVerdict, paint: Paint): string[] {
  const keys = findings.map(({ finding }) => paint(SEVERITY_COLORS[finding.severity], finding.key));
  return [
    `  ${printable(decision.container.name)}`,
    paint(VERDICT_COLORS[verdict], verdict),
    whatHardenDoes(decision),
    keys.join(', ') || paint('green', 'none'),
  ];
}

/** What `rootlock harden` would do about it, or why it would not. */
function whatHardenDoes(decision: ContainerVerdict['decision']): string {
  const readOnly = decision.container.security.readOnlyRootFilesystem === true;
  if (decision.kind === 'left-alone') return readOnly ? '-' : decision.reason;
  return readOnly && decision.plan.mounts.length === 0 ? '-' : 'yes';
}

function legend(verdicts: readonly ContainerVerdict[], paint: Paint): string[] {
  const words = new Map<string, string>();
  for (const verdict of Object.keys(VERDICTS) as Verdict[]) {
    if (verdicts.some((each) => each.verdict === verdict))
      words.set(paint(VERDICT_COLORS[verdict], verdict), VERDICTS[verdict]);
  }
  const found = new Set(verdicts.flatMap(({ findings }) => findings.map(({ finding }) => finding.key)));
  for (const key of Object.keys(FINDINGS) as FindingKey[]) {
    if (found.has(key)) words.set(paint(SEVERITY_COLORS[SEVERITIES[key]], key), FINDINGS[key]);
  }
  return tableLines([...words].map(([word, meaning]) => [`  ${word}`, meaning]));
}

function countLine(
  { workloads, others, passedOver, problems }: Inspection,
  verdicts: readonly ContainerVerdict[],
): string {
  const counts = (Object.keys(VERDICTS) as Verdict[]).flatMap((verdict) => {
    const count = verdicts.filter((each) => each.verdict === verdict).length;
    return count === 0 ? [] : `${count} ${verdict}`;
  });
  const unjudged = workloads.filter(({ decision }) => decision.kind !== 'judged');
  const why = [...new Set(unjudged.flatMap(({ decision }) => reasonsOf(decision)))].join(', ');
  return [
    `${plural(verdicts.length, 'container')} in ${plural(workloads.length, 'workload')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`,
    ...(unjudged.length === 0 ? [] : [`${plural(unjudged.length, 'workload')} not judged (${why})`]),
    ...(others === 0 ? [] : [`${plural(others, 'other object')} passed over`]),
    ...passedOverCounts(passedOver),
    ...(problems.length === 0 ? [] : [plural(problems.length, 'problem')]),
  ].join('; ');
}
