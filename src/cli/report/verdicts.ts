import type { ContainerDecision } from '../../core/admission/decision.ts';
import type { Finding, FindingKey } from '../../core/policy/rule.ts';
import { type Verdict, verdictFor } from '../../core/policy/verdict.ts';
import type { JudgedWorkload } from '../inspect/judge.ts';
import { fieldOffset } from '../yaml/field.ts';
import { type Position, positionAt } from '../yaml/source.ts';

/** A container as it is written, and what speaks against its immutability. */
export type ContainerVerdict = {
  readonly workload: JudgedWorkload;
  readonly decision: ContainerDecision;
  readonly verdict: Verdict;
  readonly findings: readonly PlacedFinding[];
};

export type PlacedFinding = { readonly finding: Finding; readonly position: Position };

/** The verdicts on a workload that was looked at as written; none where it was not looked at at all. */
export function verdictsOn(workload: JudgedWorkload): ContainerVerdict[] {
  const { decision } = workload;
  if (decision.kind !== 'judged') return [];
  return decision.containers.map((each) => {
    const findings = decision.findings.filter(
      ({ key, container }) =>
        container === each.container.name && !(each.kind === 'hardened' && OF_THE_PLAN.has(key)),
    );
    return {
      workload,
      decision: each,
      verdict: verdictFor(each.container.security.readOnlyRootFilesystem === true, findings),
      findings: findings.map((finding) => ({ finding, position: placeOf(workload, each, finding) })),
    };
  });
}

/** Findings about volumes that hardening would add: as the manifest is written, they are not there. */
const OF_THE_PLAN: ReadonlySet<FindingKey> = new Set<FindingKey>([
  'data-without-volume',
  'read-only-conflict',
]);

/** The field of the container that a finding is about; the container itself where there is no such field. */
const FIELDS: Readonly<Partial<Record<FindingKey, string>>> = {
  privileged: 'securityContext.privileged',
  capability: 'securityContext.capabilities.add',
  'host-path': 'volumeMounts',
  'host-path-submounts': 'volumeMounts',
  'runtime-socket': 'volumeMounts',
  'proc-mount': 'securityContext.procMount',
  'privilege-escalation': 'securityContext.allowPrivilegeEscalation',
  'explicit-false': 'securityContext.readOnlyRootFilesystem',
};

/** Those about a field of the pod. */
const POD_FIELDS: Readonly<Partial<Record<FindingKey, string>>> = {
  'host-pid': 'spec.hostPID',
  'shared-processes': 'spec.shareProcessNamespace',
};

function placeOf(
  { object, podPointer }: JudgedWorkload,
  { container }: ContainerDecision,
  { key }: Finding,
): Position {
  const { document } = object;
  const inContainer = FIELDS[key];
  const at = `spec.${container.list}[${container.index}]`;
  const field = POD_FIELDS[key] ?? (inContainer === undefined ? at : `${at}.${inContainer}`);
  return positionAt(document.source, document.start + fieldOffset(document, podPointer, field));
}

const ORDER: readonly string[] = ['low', 'medium', 'high'];

/** What `--fail-on` takes: keys of findings, a least severity, `any` or `none`. */
export function failsOn(choice: readonly string[], { key, severity }: Finding): boolean {
  return choice.some((each) => {
    if (each === 'any') return true;
    const least = ORDER.indexOf(each);
    return least >= 0 ? ORDER.indexOf(severity) >= least : each === key;
  });
}
