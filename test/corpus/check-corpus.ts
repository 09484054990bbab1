import fastJsonPatch from 'fast-json-patch';
import { hardenTexts } from '../../src/cli/harden/harden-text.ts';
import { inspect } from '../../src/cli/inspect/inspect.ts';
import type { JudgedWorkload } from '../../src/cli/inspect/judge.ts';
import { policyOf } from '../../src/cli/inspect/policies.ts';
import { containersOf, outcomeOf, reasonsOf } from '../../src/cli/report/outcome.ts';
import type { Source } from '../../src/cli/yaml/source.ts';
import type { Profile } from '../../src/core/catalog/profile.ts';
import type { NamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { deepFreeze } from '../support/deep-freeze.ts';

export type CorpusResult = {
  readonly passed: number;
  readonly failures: readonly { readonly file: string; readonly because: string }[];
  /** `hardened`, `left-alone unknown-image`, `problem`, … and how many workloads came to it. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly containers: ReadonlyMap<string, number>;
  readonly unknownImages: ReadonlyMap<string, number>;
};

/** Hardens every file by itself, and checks what must hold for each of them whatever it says. */
export function checkCorpus(sources: readonly Source[], builtin: readonly Profile[]): CorpusResult {
  const outcomes = new Map<string, number>();
  const containers = new Map<string, number>();
  const unknownImages = new Map<string, number>();
  const failures: { file: string; because: string }[] = [];
  for (const source of sources) {
    try {
      const { workloads, podMakers, problems } = checkSource(source, builtin);
      for (const { decision } of workloads) {
        count(outcomes, [outcomeOf(decision), ...reasonsOf(decision).toSorted()].join(' '));
        for (const each of containersOf(decision)) {
          count(containers, each.kind === 'hardened' ? 'hardened' : `left-alone ${each.reason}`);
          if (each.kind === 'left-alone' && each.reason === 'unknown-image')
            count(unknownImages, repositoryOf(each.container.image));
        }
      }
      for (const _ of podMakers) count(outcomes, 'left-alone custom-resource');
      for (const _ of problems) count(outcomes, 'problem');
    } catch (error) {
      failures.push({ file: source.name, because: error instanceof Error ? error.message : String(error) });
    }
  }
  return { passed: sources.length - failures.length, failures, outcomes, containers, unknownImages };
}

/** Both are checked; the counts are of the first. */
const POLICIES = [
  policyOf({ mode: 'enforce' }),
  policyOf({ mode: 'enforce', unknownImages: 'scratch', explicitFalse: 'override', privileged: 'remove' }),
] as const;

function checkSource(source: Source, builtin: readonly Profile[]) {
  const [first] = POLICIES.map((policy) => checkUnder(policy, source, builtin));
  if (first === undefined) throw new Error('no policy to check under');
  return first;
}

function checkUnder(policy: NamespacePolicy, source: Source, builtin: readonly Profile[]) {
  const first = harden(source, builtin, policy);
  const { workloads, podMakers, problems } = first.inspection;
  for (const workload of workloads) checkWorkload(workload);
  for (const { message, advice } of problems) {
    if (message === '' || advice === '') throw new Error('a problem without a message or advice');
    if (message.startsWith('this document cannot be edited')) throw new Error(message);
  }
  const text = first.texts.map((each) => each.text).join('');
  const changes = workloads.some(({ operations }) => operations.length > 0);
  if (!changes && text !== source.text) throw new Error('nothing was to be changed, and the text is another');
  const second = harden({ ...source, text }, builtin, policy);
  const again = second.texts.map((each) => each.text).join('');
  if (again !== text) throw new Error('a second run changes the result of the first');
  const left = second.inspection.workloads.find(({ operations }) => operations.length > 0);
  if (left) throw new Error('a second run still finds something to do');
  return { workloads, podMakers, problems };
}

function harden(source: Source, builtin: readonly Profile[], policy: NamespacePolicy) {
  const inspection = inspect({
    sources: [source],
    builtin,
    options: {
      profiles: [],
      mirrors: [],
      runtime: { imageVolumePaths: 'unknown', emptyDirMode: false },
      namespace: 'default',
    },
    fallback: { policy, problems: [], from: 'the check' },
    now: NOW,
  });
  return hardenTexts([source], inspection);
}

/** Any fixed time: no profile of the catalog expires. */
const NOW = Date.UTC(2026, 0, 1);

function checkWorkload({ object, operations, decision }: JudgedWorkload): void {
  const { content } = object.document;
  if (content.kind !== 'mapping') throw new Error('a workload in a document that could not be read');
  const before = JSON.stringify(content.json);
  const patched = fastJsonPatch.applyPatch(
    deepFreeze(structuredClone(content.json)),
    [...operations],
    true,
    false,
  );
  if (operations.length > 0 && JSON.stringify(patched.newDocument) === before)
    throw new Error('the patch changes nothing');
  if (outcomeOf(decision) === 'left-alone' && reasonsOf(decision).length === 0)
    throw new Error('left alone without a reason');
}

function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
