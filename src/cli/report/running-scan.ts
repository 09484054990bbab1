import type { JsonObject } from '../../core/json.ts';
import { FINDINGS, type Finding, type FindingKey, SEVERITIES } from '../../core/policy/rule.ts';
import { VERDICTS, type Verdict, verdictFor } from '../../core/policy/verdict.ts';
import { USAGE_REASONS } from '../../core/usage/usage-reasons.ts';
import { type ReasonTold, type RunningPod, reasonFor } from '../inspect/running.ts';
import { type Paint, printable } from '../style.ts';
import { tableLines } from '../table.ts';
import { plural } from './plural.ts';
import { SEVERITY_COLORS, VERDICT_COLORS } from './scan-colors.ts';

/** Containers of one workload that are alike in everything that is told of them. */
export type RunningVerdict = {
  /** `Deployment shop/web` */
  readonly workload: string;
  readonly container: string;
  readonly list: string;
  readonly image: string;
  readonly verdict: Verdict;
  readonly reason: ReasonTold;
  readonly findings: readonly Finding[];
  /** Names of their pods. */
  readonly pods: readonly string[];
  readonly failing: number;
};

/** A Deployment of a hundred pods is told of once, or once for each way in which its pods are different. */
export function runningVerdicts(pods: readonly RunningPod[]): readonly RunningVerdict[] {
  const groups = new Map<string, RunningVerdict>();
  for (const pod of pods) {
    for (const verdict of verdictsOf(pod)) {
      const { workload, container, reason, findings } = verdict;
      const keys = findings.map(({ key, message }) => `${key} ${message}`);
      const group = JSON.stringify([workload, container, verdict.image, verdict.verdict, reason, keys]);
      const known = groups.get(group);
      groups.set(group, {
        ...verdict,
        pods: [...(known?.pods ?? []), ...verdict.pods],
        failing: (known?.failing ?? 0) + verdict.failing,
      });
    }
  }
  return [...groups.values()].toSorted((one, other) => compare(one.workload, other.workload));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function verdictsOf(pod: RunningPod): readonly RunningVerdict[] {
  const { observed, owner, asItRuns, usage } = pod;
  if (asItRuns.kind !== 'judged') return [];
  return asItRuns.containers.map(({ container }) => {
    const { name, list, image, security } = container;
    const readOnly = security.readOnlyRootFilesystem === true;
    const findings = asItRuns.findings.filter(
      (each) => each.container === name && (readOnly || !OF_A_HARDENED_ONE.has(each.key)),
    );
    const used = usage?.containers.find((each) => each.container === name);
    return {
      workload: `${owner.kind} ${observed.namespace}/${owner.name}`,
      container: name,
      list,
      image,
      verdict: verdictFor(readOnly, findings),
      reason: reasonFor(pod, name),
      findings,
      pods: [observed.name],
      failing: used?.failing === true ? 1 : 0,
    };
  });
}

/** What is said of our volumes, which a container that is not hardened does not have. */
const OF_A_HARDENED_ONE: ReadonlySet<FindingKey> = new Set<FindingKey>([
  'data-without-volume',
  'read-only-conflict',
]);

/** Rows below their workload, then what the words in them mean, and a last line that counts. */
export function runningScanLines(
  pods: readonly RunningPod[],
  verdicts: readonly RunningVerdict[],
  paint: Paint,
): string[] {
  if (verdicts.length === 0) return [countLine(pods, verdicts)];
  const heads = ['  CONTAINER', 'PODS', 'VERDICT', 'REASON', 'FINDINGS'].map((head) => paint('bold', head));
  const [head = '', ...rows] = tableLines([heads, ...verdicts.map((verdict) => row(verdict, paint))]);
  const lines = verdicts.flatMap((verdict, index) => {
    const first = verdicts[index - 1]?.workload !== verdict.workload;
    return [...(first ? [paint('bold', printable(verdict.workload))] : []), rows[index] ?? ''];
  });
  return [head, ...lines, '', ...legend(verdicts, paint), '', countLine(pods, verdicts)];
}

function row(
  { container, pods, failing, verdict, reason, findings }: RunningVerdict,
  paint: Paint,
): string[] {
  const keys = findings.map(({ key, severity }) => paint(SEVERITY_COLORS[severity], key));
  return [
    `  ${printable(container)}`,
    `${pods.length}${failing === 0 ? '' : paint('red', ` (${failing} failing)`)}`,
    paint(VERDICT_COLORS[verdict], verdict),
    reason === '' ? '-' : paint('yellow', reason),
    keys.join(', ') || paint('green', 'none'),
  ];
}

function legend(verdicts: readonly RunningVerdict[], paint: Paint): string[] {
  const words = new Map<string, string>();
  for (const verdict of Object.keys(VERDICTS) as Verdict[]) {
    if (verdicts.some((each) => each.verdict === verdict))
      words.set(paint(VERDICT_COLORS[verdict], verdict), VERDICTS[verdict]);
  }
  for (const { reason } of verdicts) {
    if (reason !== '') words.set(paint('yellow', reason), USAGE_REASONS[reason]);
  }
  const found = new Set(verdicts.flatMap(({ findings }) => findings.map(({ key }) => key)));
  for (const key of Object.keys(FINDINGS) as FindingKey[]) {
    if (found.has(key)) words.set(paint(SEVERITY_COLORS[SEVERITIES[key]], key), FINDINGS[key]);
  }
  return tableLines([...words].map(([word, meaning]) => [`  ${word}`, meaning]));
}

function countLine(pods: readonly RunningPod[], verdicts: readonly RunningVerdict[]): string {
  const sum = (some: readonly RunningVerdict[]) => some.reduce((count, each) => count + each.pods.length, 0);
  const counts = (Object.keys(VERDICTS) as Verdict[]).flatMap((verdict) => {
    const count = sum(verdicts.filter((each) => each.verdict === verdict));
    return count === 0 ? [] : `${count} ${verdict}`;
  });
  const unjudged = pods.flatMap(({ asItRuns }) => (asItRuns.kind === 'left-alone' ? asItRuns.reason : []));
  const why = [...new Set(unjudged)].join(', ');
  return [
    `${plural(sum(verdicts), 'container')} in ${plural(pods.length, 'pod')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`,
    ...(unjudged.length === 0 ? [] : [`${plural(unjudged.length, 'pod')} not judged (${why})`]),
  ].join('; ');
}

/** What `scan -o json` prints of a cluster. Fields may be added, never renamed. */
export function runningScanJson(verdicts: readonly RunningVerdict[]): JsonObject {
  return {
    containers: verdicts.map(({ findings, ...rest }) => ({
      ...rest,
      findings: findings.map(({ key, severity, message }) => ({ key, severity, message })),
    })),
  };
}
