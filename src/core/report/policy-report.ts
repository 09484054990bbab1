import type { SkipReason } from '../admission/decision.ts';
import { FIELD_MANAGERS } from '../field-managers.ts';
import type { JsonObject } from '../json.ts';
import { FINDINGS } from '../policy/rule.ts';
import { VERDICTS } from '../policy/verdict.ts';
import type { ContainerUsage, PodUsage } from '../usage/pod-usage.ts';
import { isMissed, USAGE_REASONS, type UsageReason } from '../usage/usage-reasons.ts';

/**
 * The two kinds that policy reports come in: of the Kubernetes policy working group, and of its successor. Their
 * results are the same.
 */
export const REPORT_KINDS = [
  { apiVersion: 'openreports.io/v1alpha1', kind: 'Report', plural: 'reports' },
  { apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport', plural: 'policyreports' },
] as const;

export type ReportKind = (typeof REPORT_KINDS)[number];

/** Of the report in each namespace. */
export const REPORT_NAME = 'rootlock';
export const REPORT_DIGEST_ANNOTATION = 'rootlock.dev/digest';

/** The API server takes objects of 1.5 MiB; a result has some 500 bytes. The summary counts all. */
const MAX_RESULTS = 1_000;

type Result = 'pass' | 'fail' | 'warn' | 'error' | 'skip';
const RESULTS: readonly Result[] = ['error', 'fail', 'warn', 'skip', 'pass'];

/** What a namespace, or a pod, chose itself: nobody has to do anything about it. */
const CHOSEN = new Set<SkipReason>([
  'not-opted-in',
  'mirror-pod',
  'windows',
  'exempt-pod',
  'exempt-container',
  'exempt-profile',
  'explicit-false',
  'ephemeral-container',
]);

/** The report on the pods of one namespace, without its digest: the same for the same pods, whatever their order. */
export function reportFor(namespace: string, usages: Iterable<PodUsage>, kind: ReportKind): JsonObject {
  const results = [...usages].flatMap(resultsFor).toSorted(byUrgency);
  const count = (wanted: Result) => results.filter(({ result }) => result === wanted).length;
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name: REPORT_NAME,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': FIELD_MANAGERS.controller },
    },
    ...(kind.kind === 'Report' && { source: 'rootlock' }),
    scope: { apiVersion: 'v1', kind: 'Namespace', name: namespace },
    summary: Object.fromEntries(RESULTS.map((result) => [result, count(result)])),
    results: results.slice(0, MAX_RESULTS).map(({ json }) => json),
  };
}

type Told = { readonly result: Result; readonly order: string; readonly json: JsonObject };

function byUrgency(one: Told, other: Told): number {
  const urgency = RESULTS.indexOf(one.result) - RESULTS.indexOf(other.result);
  return urgency || (one.order < other.order ? -1 : 1);
}

/** One result for a pod all of whose containers are as they should be, else one for each that is not. */
function resultsFor(usage: PodUsage): readonly Told[] {
  const odd = usage.containers.filter(
    ({ reason, hardened, failing, escapes }) => reason || escapes || (hardened && failing),
  );
  if (odd.length === 0) return [told(usage, 'pass', 'hardened', 'all containers have a read-only root')];
  return odd.map((container) => {
    const { result, rule, text } = judge(container);
    const detail = container.because === '' ? '' : ` (${container.because})`;
    return told(usage, result, rule, `${container.container}: ${text}${detail}`, container.container);
  });
}

function judge(container: ContainerUsage): { result: Result; rule: string; text: string } {
  const { reason, missing, failing, escapes = [] } = container;
  if (reason === undefined && failing)
    return { result: 'error', rule: 'failing', text: 'it is hardened, and fails' };
  if (reason === undefined) {
    const by = escapes.map((key) => FINDINGS[key]).join('; ');
    return { result: 'warn', rule: 'escapable', text: `${VERDICTS.escapable}: ${by}` };
  }
  const volumes = missing.length > 0 ? `, with volumes at ${missing.join(', ')}` : '';
  const text = `${USAGE_REASONS[reason]}${missing.length > 0 ? `; made now, it would be hardened${volumes}` : ''}`;
  return { result: resultOf(reason), rule: reason, text };
}

function resultOf(reason: UsageReason): Result {
  if (isMissed(reason) || reason === 'would-be-denied') return 'fail';
  return [...CHOSEN].some((chosen) => chosen === reason) ? 'skip' : 'warn';
}

function told(usage: PodUsage, result: Result, rule: string, message: string, container = ''): Told {
  const [namespace, name] = usage.key.split('/');
  return {
    result,
    order: `${usage.key} ${container}`,
    json: {
      source: 'rootlock',
      policy: 'read-only-root',
      rule,
      category: 'Pod security',
      result,
      ...(result !== 'pass' && result !== 'skip' && { severity: 'medium' }),
      scored: true,
      message,
      resources: [{ apiVersion: 'v1', kind: 'Pod', namespace, name, uid: usage.uid }],
    },
  };
}
