import type { JsonObject } from '../../core/json.ts';
import { FINDINGS, type FindingKey, SEVERITIES, type Severity } from '../../core/policy/rule.ts';
import { titleOf } from '../workloads/objects.ts';
import type { Problem } from '../yaml/problem.ts';
import type { ContainerVerdict, PlacedFinding } from './verdicts.ts';

const LEVELS = { high: 'error', medium: 'warning', low: 'note' } as const satisfies Record<Severity, string>;

/** Findings as SARIF 2.1.0 (OASIS), the format of code scanning: one rule for each kind of finding. */
export function sarifLog(
  verdicts: readonly ContainerVerdict[],
  problems: readonly Problem[],
  version: string,
): JsonObject {
  const keys = Object.keys(FINDINGS) as FindingKey[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rootlock', semanticVersion: version, rules: keys.map(rule) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            ...(problems.length > 0 && { toolExecutionNotifications: problems.map(notification) }),
          },
        ],
        results: verdicts.flatMap((verdict) =>
          verdict.findings.map((finding) => result(verdict, finding, keys.indexOf(finding.finding.key))),
        ),
      },
    ],
  };
}

function rule(key: FindingKey): JsonObject {
  return {
    id: key,
    shortDescription: { text: FINDINGS[key] },
    defaultConfiguration: { level: LEVELS[SEVERITIES[key]] },
    properties: { tags: ['security', 'kubernetes'] },
  };
}

function result(
  verdict: ContainerVerdict,
  { finding, position }: PlacedFinding,
  ruleIndex: number,
): JsonObject {
  const { object, podPointer } = verdict.workload;
  const workload = titleOf(object);
  return {
    ruleId: finding.key,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: `${workload}, container ${finding.container}: ${finding.message}` },
    locations: [
      {
        physicalLocation: physicalLocation(object.document.source.name, position),
        logicalLocations: [{ fullyQualifiedName: `${workload}/${finding.container}`, kind: 'resource' }],
      },
    ],
    partialFingerprints: {
      rootlock: `${object.apiVersion} ${workload} ${podPointer} ${finding.container} ${finding.key}`,
    },
  };
}

function notification({ source, position, message, advice }: Problem): JsonObject {
  return {
    level: 'error',
    message: { text: `${message}: ${advice}` },
    locations: [{ physicalLocation: physicalLocation(source, position) }],
  };
}

function physicalLocation(source: string, position: Problem['position']): JsonObject {
  return {
    artifactLocation: { uri: uriOf(source) },
    ...(position && { region: { startLine: position.line, startColumn: position.column } }),
  };
}

/** Relative to where the command ran, as code scanning wants it; an absolute path as a file URI. */
function uriOf(source: string): string {
  const path = source.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path.replace(/^(?:\.\/)+/, '');
}
