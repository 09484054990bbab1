import type { Operation } from '../../core/admission/operation.ts';
import type { Inspection } from '../inspect/inspect.ts';
import { patchText } from '../yaml/patch-text.ts';
import type { Edit } from '../yaml/place.ts';
import { type Problem, problemAt } from '../yaml/problem.ts';
import type { Source } from '../yaml/source.ts';
import type { YamlDocument } from '../yaml/stream.ts';
import { syntaxErrorIn } from '../yaml/syntax-error.ts';
import { resultOperations } from './krm-function.ts';

export type HardenedText = {
  readonly source: Source;
  /** The source's text where nothing is to be changed, to the byte. */
  readonly text: string;
  /** What was done to the source's text. */
  readonly edits: readonly Edit[];
};

export type Hardening = {
  readonly texts: readonly HardenedText[];
  /** Without the workloads of documents that could not be edited; their problems are added. */
  readonly inspection: Inspection;
};

/** Carries the decisions out on the texts. A document that cannot be edited safely stays as it is, and is a problem. */
export function hardenTexts(sources: readonly Source[], inspection: Inspection): Hardening {
  const operations = operationsByDocument(inspection);
  const unsafe = new Set<YamlDocument>();
  const problems: Problem[] = [];
  const pieces = inspection.documents.map((document) => {
    const patched = patchDocument(document, operations.get(document) ?? []);
    if (patched.kind === 'unsafe') {
      unsafe.add(document);
      problems.push(wrongAnyway(document) ?? unsafeProblem(document, patched.because));
    }
    return patched.kind === 'patched'
      ? { document, text: patched.text, edits: moved(patched.edits, document.start) }
      : { document, text: document.text, edits: [] };
  });
  const bySource = Map.groupBy(pieces, ({ document }) => document.source);
  return {
    texts: sources.map((source) => ({
      source,
      text: (bySource.get(source) ?? []).map(({ text }) => text).join(''),
      edits: (bySource.get(source) ?? []).flatMap(({ edits }) => edits),
    })),
    inspection: {
      ...inspection,
      workloads: inspection.workloads.filter(({ object }) => !unsafe.has(object.document)),
      problems: [...inspection.problems, ...problems],
    },
  };
}

function moved(edits: readonly Edit[], by: number): Edit[] {
  return edits.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }));
}

function operationsByDocument(inspection: Inspection): Map<YamlDocument, readonly Operation[]> {
  const operations = new Map<YamlDocument, Operation[]>();
  const add = (document: YamlDocument, more: readonly Operation[]): void => {
    const known = operations.get(document);
    if (known) known.push(...more);
    else if (more.length > 0) operations.set(document, [...more]);
  };
  for (const workload of inspection.workloads) add(workload.object.document, workload.operations);
  for (const document of inspection.documents) add(document, resultOperations(document, inspection));
  return operations;
}

function patchDocument(
  { text, content }: YamlDocument,
  operations: readonly Operation[],
): ReturnType<typeof patchText> {
  if (content.kind !== 'mapping') return { kind: 'patched', text, edits: [] };
  return patchText({ text, tree: content.tree, json: content.json, operations });
}

/** A text that is read where it need not be edited, for the API server would read it too. */
function wrongAnyway({ source, start, text, content }: YamlDocument): Problem | undefined {
  const yaml = content.kind === 'mapping' ? content.tree() : undefined;
  const wrong = yaml && syntaxErrorIn(text, yaml);
  if (wrong === undefined) return undefined;
  const { offset, ...said } = wrong;
  return problemAt(source, start + offset, said);
}

function unsafeProblem(document: YamlDocument, because: string): Problem {
  return problemAt(document.source, document.start, {
    message: `this document cannot be edited without changing what else it says (${because})`,
    advice: 'write its anchors and merges out (yq "explode(.)"), then run it again',
  });
}
