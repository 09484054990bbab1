import { basename, dirname, join } from 'node:path/posix';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../../core/json.ts';
import { podMaker, podPointer } from '../workloads/kinds.ts';
import type { ManifestObject } from '../workloads/objects.ts';
import type { Problem } from '../yaml/problem.ts';
import type { Source } from '../yaml/source.ts';
import type { YamlDocument } from '../yaml/stream.ts';

/** What stands beside manifests in a folder, and is left as it is without being an error. */
export type PassedOver =
  | { readonly kind: 'not-kubernetes'; readonly source: Source }
  | { readonly kind: 'chart-template'; readonly source: Source; readonly chart: string }
  | Part;

type Part =
  | { readonly kind: 'kustomize-patch'; readonly object: ManifestObject; readonly kustomization: string }
  | { readonly kind: 'incomplete-object'; readonly object: ManifestObject; readonly because: string };

export type Foreign = {
  readonly problems: readonly Problem[];
  readonly passedOver: readonly Exclude<PassedOver, Part>[];
};

/**
 * Tells documents that should be objects, and cannot be read, from files that were only found on the way: the templates
 * of a chart, playbooks, workflows. Whoever names such a file with `-f` gets the error.
 */
export function foreignAmong(sources: readonly Source[], documents: readonly YamlDocument[]): Foreign {
  const charts = chartsAmong(sources);
  const bySource = Map.groupBy(documents, ({ source }) => source);
  const problems: Problem[] = [];
  const passedOver: Foreign['passedOver'][number][] = [];
  for (const source of sources) {
    const own = bySource.get(source) ?? [];
    const bad = own.filter(({ content }) => content.kind === 'bad');
    const chart = source.found && bad.length > 0 ? chartOf(source, charts) : undefined;
    if (chart !== undefined) {
      passedOver.push({ kind: 'chart-template', source, chart });
      continue;
    }
    const meant = bad.filter((document) => !source.found || isMeantAsObject(document));
    problems.push(...toldOnce(meant));
    const nothing = own.every((document) => !isObjectWithKind(document) && !meant.includes(document));
    if (nothing && own.some(({ content }) => content.kind !== 'blank')) {
      passedOver.push({ kind: 'not-kubernetes', source });
    }
  }
  return { problems, passedOver };
}

function chartsAmong(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ name }) => basename(slashed(name)) === 'Chart.yaml')
    .map(({ name }) => dirname(slashed(name)));
}

/** The innermost chart that has the file among its templates. */
function chartOf({ name }: Source, charts: readonly string[]): string | undefined {
  return charts
    .filter((chart) => slashed(name).startsWith(`${join(chart, 'templates')}/`))
    .toSorted((one, other) => other.length - one.length)[0];
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function isObjectWithKind({ content }: YamlDocument): boolean {
  return content.kind === 'mapping' && isObject(content.json) && textOf(content.json.kind) !== undefined;
}

/** Of a document that cannot be read: whether it says, as an object does at its margin, what it is. */
function isMeantAsObject({ content, text }: YamlDocument): boolean {
  if (content.kind !== 'bad') return false;
  if (content.because === 'no-object') return isArray(content.json) && content.json.some(hasPods);
  return /^[\s\ufeff]*\{/.test(text) ? KEYS.json.test(text) : KEYS.yaml.test(text);
}

const KEYS = {
  json: /"(?:apiVersion|kind)"\s*:/,
  yaml: /^(?:\ufeff|---\s+)?["']?(?:apiVersion|kind)["']?\s*:/m,
};

function hasPods(item: Json): boolean {
  if (!isObject(item)) return false;
  const [apiVersion, kind] = [textOf(item.apiVersion) ?? '', textOf(item.kind) ?? ''];
  return podPointer(apiVersion, kind) !== undefined || podMaker(apiVersion, kind) !== undefined;
}

/** A file with a placeholder in it mostly has one in each document. */
function toldOnce(bad: readonly YamlDocument[]): Problem[] {
  const problems = bad.flatMap(({ content }) => (content.kind === 'bad' ? content : []));
  const templates = problems.filter(({ because }) => because === 'placeholder');
  const [first, ...more] = templates;
  const documents = more.length === 1 ? 'another document' : `${more.length} other documents`;
  return problems
    .filter((each) => each === first || each.because !== 'placeholder')
    .map((each) =>
      each === first && more.length > 0
        ? { ...each.problem, message: `${each.problem.message}, nor are those of ${documents} of this file` }
        : each.problem,
    );
}

/** The files that kustomizations name as patches, and which kustomization does. */
export function patchFiles(documents: readonly YamlDocument[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { source, content } of documents) {
    if (content.kind !== 'mapping' || !isObject(content.json) || !isKustomization(source, content.json))
      continue;
    for (const path of patchPaths(content.json)) {
      files.set(join(dirname(slashed(source.name)), path), source.name);
    }
  }
  return files;
}

/** A kustomization need not say that it is one. */
function isKustomization({ name }: Source, { apiVersion, kind }: JsonObject): boolean {
  if ((textOf(apiVersion) ?? '').startsWith('kustomize.config.k8s.io/')) return true;
  return kind === undefined && /^kustomization\.ya?ml$/.test(basename(slashed(name)));
}

function patchPaths({ patches, patchesStrategicMerge }: JsonObject): string[] {
  return [patches, patchesStrategicMerge]
    .flatMap((list) => (isArray(list) ? list : []))
    .flatMap((each) => textOf(isObject(each) ? each.path : each) ?? [])
    .filter((path) => !path.includes('\n'));
}

/** An object that lacks what its pods need: a patch, or what a test expects. It is an error in a file that somebody names. */
export function partOf(
  object: ManifestObject,
  problems: readonly Problem[],
  patches: ReadonlyMap<string, string>,
): Part | undefined {
  const { source } = object.document;
  const kustomization = patches.get(slashed(source.name).replace(/^\.\//, ''));
  if (kustomization !== undefined) return { kind: 'kustomize-patch', object, kustomization };
  const [problem] = problems;
  return source.found && problem
    ? { kind: 'incomplete-object', object, because: problem.message }
    : undefined;
}
