import type { JsonObject } from '../../core/json.ts';
import type { Inspection } from '../inspect/inspect.ts';
import { containerJson, objectJson, problemJson } from './decision-json.ts';
import { passedOverJson } from './passed-over.ts';
import type { ContainerVerdict } from './verdicts.ts';

/** What `scan -o json` prints. Fields may be added, never renamed. */
export function scanJson(
  { workloads, passedOver, problems }: Inspection,
  verdicts: readonly ContainerVerdict[],
): JsonObject {
  return {
    workloads: workloads.map((workload) => ({
      ...objectJson(workload.object),
      ...(workload.decision.kind === 'left-alone' && { reason: workload.decision.reason }),
      containers: verdicts.filter((each) => each.workload === workload).map(verdictJson),
    })),
    passedOver: passedOver.map(passedOverJson),
    problems: problems.map(problemJson),
  };
}

function verdictJson({ decision, verdict, findings }: ContainerVerdict): JsonObject {
  return {
    name: decision.container.name,
    list: decision.container.list,
    image: decision.container.image,
    verdict,
    findings: findings.map(({ finding: { key, severity, message }, position }) => ({
      key,
      severity,
      message,
      line: position.line,
      column: position.column,
    })),
    hardening: containerJson(decision),
  };
}
