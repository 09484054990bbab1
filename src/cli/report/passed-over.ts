import type { JsonObject } from '../../core/json.ts';
import type { PassedOver } from '../inspect/passed-over.ts';
import { printable } from '../style.ts';
import { titleOf } from '../workloads/objects.ts';
import { pointerOffset } from '../yaml/field.ts';
import { positionAt } from '../yaml/source.ts';
import { OUTCOMES } from './outcome.ts';
import { plural } from './plural.ts';
import { type Look, textLines } from './text-lines.ts';

type Kind<Name extends PassedOver['kind']> = Extract<PassedOver, { kind: Name }>;

/** Charts and patches, which have workloads to be hardened by another way; of other files only the number counts. */
export function passedOverLines(passedOver: readonly PassedOver[], look: Look): string[] {
  return [
    ...[...chartsIn(passedOver)].flatMap(([chart, templates]) => chartLines(chart, templates.length, look)),
    ...passedOver.flatMap((each) => ('object' in each ? partLines(each, look) : [])),
  ];
}

function chartsIn(passedOver: readonly PassedOver[]): Map<string, Kind<'chart-template'>[]> {
  return Map.groupBy(
    passedOver.flatMap((each) => (each.kind === 'chart-template' ? each : [])),
    ({ chart }) => chart,
  );
}

function chartLines(chart: string, templates: number, look: Look): string[] {
  const name = printable(chart);
  const are = templates === 1 ? 'is' : 'are';
  return [
    `${look.paint('yellow', '-')} ${look.paint('bold', `Chart ${name}`)}: ${OUTCOMES['left-alone']}`,
    ...textLines(
      `${look.paint('yellow', 'chart-template')}: ${templates} of its templates ${are} no YAML until rendered`,
      4,
      look,
    ),
    ...textLines(`→ helm template RELEASE ${name} | rootlock harden -f -`, 4, look),
    '',
  ];
}

type Part = Kind<'kustomize-patch' | 'incomplete-object'>;

function partLines(part: Part, look: Look): string[] {
  const { object } = part;
  const { document, pointer } = object;
  const { reason, advice } = sayings(part);
  const { line } = positionAt(document.source, document.start + pointerOffset(document, pointer));
  return [
    `${look.paint('yellow', '-')} ${look.paint('bold', printable(titleOf(object)))}: ${OUTCOMES['left-alone']}  ${look.paint('dim', printable(`${document.source.name}:${line}`))}`,
    ...textLines(`${look.paint('yellow', part.kind)}: ${reason}`, 4, look),
    ...textLines(`→ ${advice}`, 4, look),
    '',
  ];
}

function sayings(part: Part): { readonly reason: string; readonly advice: string } {
  switch (part.kind) {
    case 'kustomize-patch':
      return {
        reason: `a part of an object, which ${printable(part.kustomization)} merges into it`,
        advice: 'kustomize build DIR | rootlock harden -f -',
      };
    case 'incomplete-object':
      return {
        reason: `${printable(part.because)}: no API server would take it as it stands`,
        advice: 'where another program completes it, give rootlock what comes out of that',
      };
  }
}

/** `2 charts left alone (chart-template)`, for the line that counts. */
export function passedOverCounts(passedOver: readonly PassedOver[]): string[] {
  const count = (kind: PassedOver['kind']): number => passedOver.filter((each) => each.kind === kind).length;
  const charts = chartsIn(passedOver).size;
  const patches = count('kustomize-patch');
  const incomplete = count('incomplete-object');
  const files = count('not-kubernetes');
  return [
    ...(charts === 0 ? [] : [`${plural(charts, 'chart')} left alone (chart-template)`]),
    ...(patches === 0
      ? []
      : [`${patches === 1 ? '1 patch' : `${patches} patches`} left alone (kustomize-patch)`]),
    ...(incomplete === 0 ? [] : [`${plural(incomplete, 'object')} left alone (incomplete-object)`]),
    ...(files === 0 ? [] : [`${plural(files, 'file')} without Kubernetes objects`]),
  ];
}

export function passedOverJson(each: PassedOver): JsonObject {
  switch (each.kind) {
    case 'not-kubernetes':
      return { file: each.source.name, reason: each.kind };
    case 'chart-template':
      return { file: each.source.name, reason: each.kind, chart: each.chart };
    case 'kustomize-patch':
      return { ...partJson(each), kustomization: each.kustomization };
    case 'incomplete-object':
      return { ...partJson(each), because: each.because };
  }
}

function partJson({ kind: reason, object: { apiVersion, kind, name, document } }: Part): JsonObject {
  return { file: document.source.name, reason, apiVersion, kind, name };
}
